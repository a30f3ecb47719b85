// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.kernel;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.bitreduce.launch.ExitCode;
import org.bitreduce.launch.JvmFlags;
import tools.jackson.databind.ObjectMapper;

/** Runs {@link KernelJvm} in a JVM of its own, with the flags of ranks. */
final class FreshJvm {

    private static final int DEADLINE_SECONDS = 300;

    private FreshJvm() {}

    /**
     * Starts a JVM and waits for it.
     *
     * @param vectorBits the widest vectors it may use
     * @param arguments of the program
     * @return what it measured
     * @throws IllegalStateException if it fails or takes more than five minutes
     */
    static List<KernelTime> run(int vectorBits, List<String> arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(JvmFlags.all());
        command.add("-XX:MaxVectorSize=" + vectorBits / Byte.SIZE);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), KernelJvm.class.getName()));
        command.addAll(arguments);
        Path output = Files.createTempFile("bitreduce-kernels", ".json");
        Path errors = Files.createTempFile("bitreduce-kernels", ".err");
        try {
            Process jvm = new ProcessBuilder(command)
                    .redirectOutput(output.toFile())
                    .redirectError(errors.toFile())
                    .start();
            if (!jvm.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS)) {
                jvm.destroyForcibly();
                throw new IllegalStateException("a JVM did not end within %d s".formatted(DEADLINE_SECONDS));
            }
            if (jvm.exitValue() != 0) {
                throw new IllegalStateException("a JVM " + ExitCode.describe(jvm.exitValue()) + ": "
                        + Files.readString(errors, StandardCharsets.UTF_8).strip());
            }
            ObjectMapper mapper = new ObjectMapper();
            return Files.readAllLines(output).stream()
                    .map(line -> mapper.readValue(line, KernelTime.class))
                    .toList();
        } finally {
            Files.delete(output);
            Files.delete(errors);
        }
    }
}
