// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.kernel;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.bitreduce.bench.Environment;
import org.bitreduce.bench.OutputFile;
import org.bitreduce.text.Names;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code bench kernels}: the codec's kernels in fresh JVMs, beside memcpy and C. */
@Command(
        name = "kernels",
        sortOptions = false,
        description = "Measure the codec's inner loops in fresh JVMs, beside memcpy and the same in C.",
        footer = {
            "",
            "GB/s are 10^9 bytes of the float vector per second, for memcpy too. Each JVM",
            "checks every kernel against the scalar ones first. docs/benchmarks.md explains",
            "the columns.",
            "",
            "Example: ./bitreduce bench kernels --bits 2,4,8 --jvms 10 --vector 512,256"
        })
public final class KernelsCommand implements Callable<Integer> {

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help message and exit.")
    @SuppressWarnings("UnusedVariable") // picocli acts on it
    private boolean help;

    @Option(
            names = "--bits",
            paramLabel = "B",
            split = ",",
            defaultValue = "2,3,4,5,6,7,8",
            description = "Bits per element, 2 to 16; default ${DEFAULT-VALUE}.")
    private int[] bits;

    @Option(
            names = "--jvms",
            paramLabel = "N",
            defaultValue = "10",
            description = "JVMs to start, one after the other, per vector size; 1 to 100, default ${DEFAULT-VALUE}.")
    private int jvms;

    @Option(
            names = "--vector",
            paramLabel = "BITS",
            split = ",",
            defaultValue = "512",
            description = "Widest vectors to use: 256 or 512 bits; default ${DEFAULT-VALUE}.")
    private int[] vectors;

    @Option(
            names = "--bytes",
            paramLabel = "N",
            split = ",",
            defaultValue = "524288,67108864",
            description = "Sizes of the float vector, multiples of 2048 bytes; default ${DEFAULT-VALUE}.")
    private int[] bytes;

    @Option(
            names = "--format",
            paramLabel = "F",
            defaultValue = "text",
            description = "text or json; default ${DEFAULT-VALUE}.")
    private String format;

    @Option(names = "--out", paramLabel = "FILE", description = "Write the results there, not to the screen.")
    private Path out;

    /** Made by the command line. */
    public KernelsCommand() {}

    @Override
    public Integer call() throws Exception {
        check();
        OutputFile.requireWritable(out);
        Environment environment = Environment.now(1);
        List<KernelTime> times = new ArrayList<>();
        List<String> notes = new ArrayList<>();
        Path folder = Files.createTempDirectory("bitreduce-kernels");
        try {
            for (int vector : vectors) {
                measure(folder, vector, times, notes);
            }
        } finally {
            delete(folder);
        }
        List<KernelRow> rows = KernelRow.of(times);
        try (PrintStream print = out == null ? null : OutputFile.open(out)) {
            KernelReport report = new KernelReport(print == null ? System.out : print, environment, jvms, notes);
            if (format.equals("json")) {
                report.json(rows);
            } else {
                report.text(rows);
            }
        }
        return 0;
    }

    private void check() {
        if (!format.equals("text") && !format.equals("json")) {
            throw Names.unknown("format", format, List.of("text", "json"));
        }
        if (jvms < 1 || jvms > 100) {
            throw new IllegalArgumentException("the number of JVMs must be 1 to 100: jvms=" + jvms);
        }
        requireAll("bits must be 2 to 16: bits=", bits, b -> b >= 2 && b <= 16);
        requireAll("vectors must be of 256 or 512 bits: vector=", vectors, v -> v == 256 || v == 512);
        requireAll(
                "sizes must be positive multiples of 2048 bytes, at most 1 GiB: bytes=",
                bytes,
                n -> n > 0 && n % 2048 == 0 && n <= 1 << 30);
    }

    private static void requireAll(String message, int[] values, java.util.function.IntPredicate valid) {
        for (int value : values) {
            if (!valid.test(value)) {
                throw new IllegalArgumentException(message + value);
            }
        }
    }

    private void measure(Path folder, int vector, List<KernelTime> times, List<String> notes)
            throws IOException, InterruptedException {
        String library = "-";
        try {
            library = CKernels.compile(folder, vector).toString();
        } catch (CKernels.Unavailable e) {
            notes.add("left out: the kernels in C with vectors of %d bits; %s".formatted(vector, e.getMessage()));
        }
        for (int jvm = 0; jvm < jvms; jvm++) {
            System.err.printf("\r%d-bit vectors: JVM %d of %d ", vector, jvm + 1, jvms);
            times.addAll(FreshJvm.run(vector, List.of(library, list(bits), list(bytes))));
        }
        System.err.println();
    }

    private static String list(int[] numbers) {
        return IntStream.of(numbers).mapToObj(Integer::toString).collect(Collectors.joining(","));
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
