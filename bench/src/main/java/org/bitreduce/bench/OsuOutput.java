// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench;

import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * The shape of the OSU micro-benchmarks' tables (version 7): one per width, mode, form and place, sizes in bytes, times
 * in microseconds. The first line is theirs, because programs that read such tables look for it; the second says what
 * was measured. Written at the end, because all tables grow at once.
 */
final class OsuOutput implements RowFormat.Output {

    /** Which of the two wide tables. */
    enum Columns {
        /** What their option {@code -f} gives. */
        FULL("Min Latency(us)", "Max Latency(us)", "Iterations"),
        /** What their option {@code -z} gives. */
        TAIL("P50 Tail Lat(us)", "P90 Tail Lat(us)", "P99 Tail Lat(us)");

        private final String first;
        private final String second;
        private final String third;

        Columns(String first, String second, String third) {
            this.first = first;
            this.second = second;
            this.third = third;
        }
    }

    /** Where their numbering stands. */
    private static final String VERSION = "v7.4";

    private final PrintStream out;
    private final BenchPlan plan;
    private final Columns columns;
    private final Map<String, StringBuilder> tables = new LinkedHashMap<>();

    OsuOutput(PrintStream out, BenchPlan plan, Columns columns) {
        this.out = out;
        this.plan = plan;
        this.columns = columns;
    }

    @Override
    public void row(BenchRow row) {
        String title = "%s, %s, %d bits, %s, %s, %s, %d ranks"
                .formatted(
                        row.collective(),
                        row.implementation(),
                        row.bits(),
                        row.mode(),
                        row.form(),
                        row.inPlace() ? "in place" : "out of place",
                        row.np());
        StringBuilder table = tables.computeIfAbsent(title, this::header);
        if (hasSizes()) {
            table.append(String.format("%-10d", row.bytes()));
        }
        table.append(
                columns == Columns.FULL
                        ? String.format(
                                Locale.ROOT,
                                "%18.2f%18.2f%18.2f%12d%n",
                                row.avgUs(),
                                row.minUs(),
                                row.maxUs(),
                                row.iterations())
                        : String.format(
                                Locale.ROOT,
                                "%18.2f%18.2f%18.2f%18.2f%n",
                                row.avgUs(),
                                row.p50Us(),
                                row.p90Us(),
                                row.p99Us()));
    }

    private boolean hasSizes() {
        return plan.collective() != Collective.BARRIER;
    }

    private StringBuilder header(String title) {
        boolean messages = plan.collective() == Collective.PING_PONG;
        // Where there are no sizes the first heading stands behind the comment sign.
        return new StringBuilder()
                .append(String.format(Locale.ROOT, "# OSU MPI %sLatency Test %s%n", testName(), VERSION))
                .append(String.format(Locale.ROOT, "# Shape only; measured by BitReduce: %s%n", title))
                .append(String.format(Locale.ROOT, "# Datatype: MPI_FLOAT.%n"))
                .append(hasSizes() ? "# Size    " : "#")
                .append(String.format(
                        Locale.ROOT, hasSizes() ? "%18s" : " %s", messages ? "Latency (us)" : "Avg Latency(us)"))
                .append(String.format(Locale.ROOT, "%18s%18s", columns.first, columns.second))
                .append(String.format(Locale.ROOT, columns == Columns.FULL ? "%12s%n" : "%18s%n", columns.third));
    }

    private String testName() {
        return switch (plan.collective()) {
            case ALL_REDUCE -> "Allreduce ";
            case REDUCE -> "Reduce ";
            case REDUCE_SCATTER -> "Reduce_scatter ";
            case ALL_GATHER -> "Allgather ";
            case GATHER -> "Gather ";
            case SCATTER -> "Scatter ";
            case BROADCAST -> "Broadcast ";
            case BARRIER -> "Barrier ";
            case PING_PONG, CODEC -> "";
        };
    }

    @Override
    public void end() {
        out.print(String.join(System.lineSeparator(), tables.values()));
        out.flush();
    }
}
