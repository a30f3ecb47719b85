// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.bitreduce.Codec;
import org.bitreduce.Mode;
import org.bitreduce.Order;
import org.bitreduce.algorithm.Algorithm;
import org.bitreduce.algorithm.AlgorithmTable;
import org.bitreduce.algorithm.Operation;
import org.bitreduce.launch.cli.JobOptions;
import org.bitreduce.text.Names;
import org.bitreduce.transport.hosts.HostsTransport;
import org.bitreduce.transport.shm.SharedMemoryTransport;
import picocli.CommandLine.Option;

/** Which schedule carries a call: the options that say so, or ask. To be mixed in. */
final class TableOptions {

    /** Names as transports give them, for those who ask before there is one. */
    private static final String[] TRANSPORTS = {
        SharedMemoryTransport.NAME, "tcp", HostsTransport.NAME, "mpj-niodev", "mpj-hybrid"
    };

    @Option(
            names = "--algorithm",
            paramLabel = "NAME",
            description =
                    "Schedule of all calls that it can carry: direct, grid, inline, eager (where no memory is shared), or"
                            + " halving with --order free; default what the table says.")
    private String algorithm;

    @Option(
            names = "--tuning",
            paramLabel = "FILE",
            description = "Table of algorithms; default that of BITREDUCE_TUNING, else the standard one.")
    private Path tuning;

    @Option(
            names = "--order",
            paramLabel = "NAME",
            defaultValue = "rank",
            description = "Order of the sums of plain all-reduces: rank, or free for any that is faster; default rank.")
    private String order;

    @Option(names = "--explain", description = "Print the table, and what it says here, and measure nothing.")
    private boolean explain;

    /** {@return the order of sums that is asked for} */
    Order order() {
        return Names.parse(Order.class, "order", order);
    }

    boolean explains() {
        return explain;
    }

    /** {@return the table that is given, configured, or usual} */
    AlgorithmTable table() throws IOException {
        if (algorithm != null) {
            return AlgorithmTable.only(Names.parse(Algorithm.class, "algorithm", algorithm));
        }
        return tuning == null ? AlgorithmTable.configured() : AlgorithmTable.read(tuning);
    }

    /**
     * Refuses an algorithm that would carry none of the calls, which would go another way without a word.
     *
     * @param plan the calls
     * @param ranks how many
     */
    void requireCarriers(BenchPlan plan, int ranks) {
        if (algorithm == null) {
            return;
        }
        Algorithm wanted = Names.parse(Algorithm.class, "algorithm", algorithm);
        List<Algorithm> carriers = Arrays.stream(Algorithm.values())
                .filter(candidate -> carriesAny(candidate, plan, ranks))
                .toList();
        if (!hasSchedules(plan)) {
            throw new IllegalArgumentException("%s has no schedules to choose from: algorithm=%s"
                    .formatted(plan.collective().label(), algorithm));
        }
        if (!carriers.contains(wanted)) {
            throw new IllegalArgumentException(
                    "%s carries none of these calls; %s has the algorithms %s here: algorithm=%s, np=%d%s"
                            .formatted(
                                    algorithm,
                                    plan.collective().label(),
                                    String.join(
                                            ", ",
                                            carriers.stream().map(Names::of).toList()),
                                    algorithm,
                                    ranks,
                                    condition(wanted, ranks)));
        }
    }

    private static String condition(Algorithm algorithm, int ranks) {
        return switch (algorithm) {
            case INLINE ->
                "; inline is for all-reduce, all-gather and broadcast of at most %d bytes per rank among at most %d ranks"
                        .formatted(Algorithm.INLINE_BYTES, Algorithm.INLINE_RANKS);
            case HALVING -> "; halving is for all-reduce of plain floats with --order free";
            case EAGER ->
                "; eager is for all-reduce, plain or in two shots, of at most %d bytes among 2 to %d ranks, here %d"
                        .formatted(Algorithm.eagerBytes(ranks), Algorithm.INLINE_RANKS, ranks);
            case DIRECT, GRID -> "";
        };
    }

    private static boolean hasSchedules(BenchPlan plan) {
        return plan.collective().isCall() && plan.collective() != Collective.BARRIER;
    }

    private static boolean carriesAny(Algorithm algorithm, BenchPlan plan, int ranks) {
        if (!hasSchedules(plan)) {
            return false;
        }
        Operation operation = operation(plan);
        return plan.bits().stream()
                .anyMatch(width -> plan.sizes().stream()
                        .anyMatch(bytes -> AlgorithmTable.canCarry(
                                algorithm,
                                operation,
                                UsedMode.of(operation, plan.mode(), width),
                                plan.order(),
                                ranks,
                                plan.bytesOfRank(bytes, ranks))));
    }

    private static Operation operation(BenchPlan plan) {
        return Names.parse(Operation.class, "collective", plan.collective().label());
    }

    /** Hands the table to the ranks, as a file that goes when this JVM ends. */
    void applyTo(JobOptions job) throws IOException {
        AlgorithmTable table = table(); // also one that ranks would find by themselves, to refuse it once
        if (algorithm == null && tuning == null) {
            return;
        }
        Path file = Files.createTempFile("bitreduce-algorithms", ".txt");
        file.toFile().deleteOnExit();
        Files.writeString(file, table.toString());
        job.addJvmFlag("-D%s=%s".formatted(AlgorithmTable.PROPERTY, file));
    }

    /** Prints the table and what it says of a plan's sizes. */
    void explain(PrintStream out, BenchPlan plan, int ranks) throws IOException {
        AlgorithmTable table = table();
        out.print(table);
        if (!hasSchedules(plan)) {
            return;
        }
        Operation operation = operation(plan);
        if (plan.mode() == Mode.TWO_LEVEL) {
            out.println("two-level: floats within each host, read in place where memory is shared; then, part by part,"
                    + " one rank per host with its counterparts");
        }
        for (String transport : TRANSPORTS) {
            for (int width : plan.bits()) {
                for (long bytes : plan.sizes()) {
                    Mode mode = UsedMode.of(operation, plan.mode(), width);
                    // Ranks that share memory show all the same record.
                    Set<Algorithm> unfit =
                            transport.equals(SharedMemoryTransport.NAME) ? Set.of(Algorithm.EAGER) : Set.of();
                    Algorithm chosen = table.choose(
                            transport, operation, mode, plan.order(), ranks, plan.bytesOfRank(bytes, ranks), unfit);
                    out.printf(
                            Locale.ROOT,
                            "%-18s %-14s %3d ranks %10s %5s %-9s %s%n",
                            transport,
                            plan.collective().label(),
                            ranks,
                            Sizes.text(bytes),
                            width == Codec.PLAIN_BITS ? "float" : Integer.toString(width),
                            Names.of(mode),
                            Names.of(chosen));
                }
            }
        }
    }
}
