// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.tune;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.bitreduce.Codec;
import org.bitreduce.Mode;
import org.bitreduce.Order;
import org.bitreduce.algorithm.Algorithm;
import org.bitreduce.algorithm.AlgorithmTable;
import org.bitreduce.algorithm.Operation;
import org.bitreduce.bench.CodecOptions;
import org.bitreduce.bench.Environment;
import org.bitreduce.bench.OutputFile;
import org.bitreduce.bench.SizeOptions;
import org.bitreduce.bench.Trial;
import org.bitreduce.bench.Trials;
import org.bitreduce.bench.UsedMode;
import org.bitreduce.launch.ExitCode;
import org.bitreduce.launch.Job;
import org.bitreduce.launch.Via;
import org.bitreduce.launch.cli.JobOptions;
import org.bitreduce.text.Names;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Measures schedules and writes a table of algorithms. */
@Command(
        name = "tune",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Measure which schedules are fastest here, and write the table that later runs read.",
        footer = {
            "",
            "Schedules of equal bits only, so the table changes times and never results;",
            "it also says where sums in any order (--order free) are faster.",
            "Use it by --tuning FILE or BITREDUCE_TUNING=FILE, the same on all ranks.",
            "",
            "Example: ./bitreduce tune --np 2,4 -b 256 -e 1M --bits 4,32 --out tuning.txt"
        })
public final class TuneCommand implements Callable<Integer> {

    @Mixin
    private JobOptions job;

    @Option(
            names = "--np",
            paramLabel = "N",
            split = ",",
            defaultValue = "4",
            description = "Numbers of ranks; default ${DEFAULT-VALUE}.")
    private List<Integer> ranks;

    @Option(
            names = "--collective",
            paramLabel = "NAME",
            split = ",",
            defaultValue = "all-reduce",
            description =
                    "all-reduce, reduce, reduce-scatter, all-gather, gather, scatter, broadcast, or several; default ${DEFAULT-VALUE}.")
    private List<String> collectives;

    @Mixin
    private SizeOptions sizes;

    @Mixin
    private CodecOptions codec;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "3",
            description = "How often each schedule has its turn, the median counts; default ${DEFAULT-VALUE}.")
    private int rounds;

    @Option(
            names = "--margin",
            paramLabel = "X",
            defaultValue = "0.05",
            description = "What must be gained for a schedule to replace the usual one; default ${DEFAULT-VALUE}.")
    private double margin;

    @Option(names = "--iterations", paramLabel = "N", description = "Measured calls per size; default as in bench.")
    private int iterations;

    @Option(names = "--warmup", paramLabel = "N", description = "Calls before those; default as in bench.")
    private int warmup = -1;

    @Option(
            names = "--out",
            paramLabel = "FILE",
            defaultValue = "bitreduce-tuning.txt",
            description = "Where the table goes; default ${DEFAULT-VALUE}.")
    private Path out;

    @Option(names = "--force", description = "Overwrite that file.")
    private boolean force;

    /** Nothing is given yet. */
    public TuneCommand() {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        check();
        Via via = job.via(Via.LOCAL_PROCESSES);
        // What holds now is asked before the jobs get tables of their own.
        Tuning tuning = new Tuning(AlgorithmTable.configured(), margin);
        long wrong = measure(new Trials(via, job), tuning);
        if (wrong > 0) {
            System.err.println("bitreduce: %d elements are further off than their mode can be; no table was written"
                    .formatted(wrong));
            return ExitCode.DATA;
        }
        summarize(tuning);
        write(tuning.table(), via);
        return ExitCode.OK;
    }

    private void check() throws IOException {
        if (Files.exists(out) && !force) {
            throw new IllegalArgumentException(
                    "the file exists: out=%s; pass --force to overwrite it, or another --out".formatted(out));
        }
        for (int np : ranks) {
            if (np < 2 || np > Job.MAX_RANKS) {
                throw new IllegalArgumentException("--np must be from 2 to %d: np=%d".formatted(Job.MAX_RANKS, np));
            }
        }
        if (rounds < 1 || !(margin >= 0)) {
            throw new IllegalArgumentException(
                    "there must be a round, and the margin not be negative: rounds=%d, margin=%s"
                            .formatted(rounds, margin));
        }
        collectives.forEach(TuneCommand::operation);
        sizes.sizes("256", "1M");
        codec.bits();
        codec.mode();
        codec.bucket();
        OutputFile.requireWritable(out);
    }

    private static Operation operation(String name) {
        Operation operation = Names.parse(Operation.class, "collective", name);
        if (operation == Operation.BARRIER) {
            throw new IllegalArgumentException(
                    "a barrier has one schedule, there is nothing to tune: collective=barrier");
        }
        return operation;
    }

    /** {@return the number of wrong elements} */
    private long measure(Trials trials, Tuning tuning) throws IOException, InterruptedException {
        long wrong = 0;
        for (int round = 1; round <= rounds; round++) {
            for (int np : ranks) {
                for (String collective : collectives) {
                    for (Algorithm algorithm : Algorithm.values()) {
                        Trials.Load load = load(operation(collective), algorithm, np);
                        if (load == null) {
                            continue;
                        }
                        System.err.printf(
                                "round %d of %d: %s, %d ranks, %s%n",
                                round, rounds, collective, np, Names.of(algorithm));
                        for (Trial trial : trials.measure(algorithm, np, load)) {
                            wrong += trial.wrong();
                            tuning.add(trial);
                        }
                    }
                }
            }
        }
        return wrong;
    }

    /** {@return what a schedule is to carry; null if it can carry nothing of it} */
    private Trials.Load load(Operation operation, Algorithm algorithm, int np) {
        List<Long> lengths = new ArrayList<>(sizes.sizes("256", "1M"));
        List<Integer> widths = new ArrayList<>(codec.bits(4, 32));
        switch (algorithm) {
            case DIRECT -> {}
            case GRID -> {
                if (np < 4) {
                    lengths.clear(); // two rows of two are the smallest grid that differs
                }
            }
            case INLINE ->
                lengths.removeIf(size -> !AlgorithmTable.canCarry(
                        algorithm, operation, Mode.PLAIN, Order.RANK, np, operation.sharesVector() ? size / np : size));
            case EAGER -> {
                lengths.removeIf(size -> size > Algorithm.eagerBytes(np));
                widths.removeIf(width -> !AlgorithmTable.canCarry(
                        algorithm, operation, UsedMode.of(operation, codec.mode(), width), Order.RANK, np, 1));
            }
            case HALVING -> widths.removeIf(width -> operation != Operation.ALL_REDUCE || width != Codec.PLAIN_BITS);
        }
        Mode arithmetic = operation.combines() ? codec.mode() : null;
        return lengths.isEmpty() || widths.isEmpty()
                ? null
                : new Trials.Load(operation, lengths, widths, arithmetic, codec.bucket(), iterations, warmup);
    }

    private static void summarize(Tuning tuning) {
        List<Finding> ordered = tuning.ordered();
        List<Finding> changed = ordered.stream().filter(Finding::changes).toList();
        System.out.println("%d of %d kinds of calls keep the schedule that the table says now"
                .formatted(ordered.size() - changed.size(), ordered.size()));
        changed.forEach(System.out::println);
        List<Finding> free = tuning.free();
        if (!free.isEmpty()) {
            System.out.println("with --order free:");
            free.forEach(System.out::println);
        }
    }

    private void write(AlgorithmTable table, Via via) throws IOException {
        Environment here = Environment.now(ranks.getLast());
        String text =
                "# Written by bitreduce tune on %s: --np %s --via %s%n# %s, %d cores, load average %.1f at the end%n"
                                .formatted(
                                        here.date(),
                                        String.join(
                                                ",",
                                                ranks.stream()
                                                        .map(String::valueOf)
                                                        .toList()),
                                        via,
                                        here.cpu(),
                                        here.cores(),
                                        here.loadAverage())
                        + "# The first rule that fits a call decides: transport, operation, mode, ranks, bytes, algorithm.%n"
                                .formatted()
                        + table;
        Path draft =
                out.resolveSibling(out.getFileName() + ".tmp"); // readable to all, as a temporary file would not be
        Files.writeString(draft, text);
        Files.move(draft, out, StandardCopyOption.REPLACE_EXISTING);
        System.out.println("wrote %s; use it by --tuning %s, or BITREDUCE_TUNING=%s".formatted(out, out, out));
    }
}
