// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * The shape of nccl-tests' tables (version 2): one per width, mode and form, a line per size with the results out of place
 * and in place. A place that was not measured is {@code N/A}. Times are means, in microseconds, and bandwidths are of
 * them, as nccl-tests has it. Written at the end.
 */
final class NcclOutput implements RowFormat.Output {

    private static final String COLUMNS =
            "#       size         count      type   redop    root     time   algbw   busbw"
                    + " #wrong     time   algbw   busbw #wrong";

    private final PrintStream out;
    private final BenchPlan plan;
    private final Map<String, List<BenchRow>> tables = new LinkedHashMap<>();

    NcclOutput(PrintStream out, BenchPlan plan) {
        this.out = out;
        this.plan = plan;
    }

    @Override
    public void row(BenchRow row) {
        String title = "%s, %s, %d bits, %s, %s, %d ranks"
                .formatted(row.collective(), row.implementation(), row.bits(), row.mode(), row.form(), row.np());
        tables.computeIfAbsent(title, ignored -> new ArrayList<>()).add(row);
    }

    @Override
    public void end() {
        tables.forEach(this::table);
        out.flush();
    }

    private void table(String title, List<BenchRow> rows) {
        out.printf(Locale.ROOT, "# nccl-tests' shape; measured by BitReduce: %s%n", title);
        out.printf(
                Locale.ROOT,
                "# minBytes %d maxBytes %d iters: %d%n",
                rows.getFirst().bytes(),
                rows.getLast().bytes(),
                iterations(rows));
        out.printf(Locale.ROOT, "#%n# %60s%-35s%s%n", "", "out-of-place", "in-place");
        out.printf(Locale.ROOT, "%s%n", COLUMNS);
        out.printf(
                Locale.ROOT,
                "#        (B)    (elements)                               (us)  (GB/s)  (GB/s)            (us)  (GB/s)  (GB/s)%n");
        Map<Long, BenchRow[]> lines = new TreeMap<>();
        for (BenchRow row : rows) {
            lines.computeIfAbsent(row.bytes(), ignored -> new BenchRow[2])[row.inPlace() ? 1 : 0] = row;
        }
        lines.values().forEach(this::line);
        long wrong = rows.stream().mapToLong(BenchRow::wrong).sum();
        double bus = rows.stream().mapToDouble(this::busbw).average().orElse(0);
        out.printf(Locale.ROOT, "# Out of bounds values : %d %s%n", wrong, wrong == 0 ? "OK" : "FAILED");
        out.printf(Locale.ROOT, "# Avg bus bandwidth    : %.6g %n#%n%n", bus);
    }

    private static int iterations(List<BenchRow> rows) {
        return rows.stream().mapToInt(BenchRow::iterations).min().orElse(0);
    }

    private void line(BenchRow... places) {
        BenchRow any = places[0] == null ? places[1] : places[0];
        boolean parts = plan.collective().hasEqualParts() || plan.collective() == Collective.REDUCE_SCATTER;
        boolean sums = plan.collective().hasModes() || plan.collective() == Collective.REDUCE_SCATTER;
        out.printf(
                Locale.ROOT,
                "%12d  %12d  %8s  %6s  %6d",
                any.bytes(),
                parts ? any.count() / any.np() : any.count(),
                "float",
                sums ? "sum" : "none",
                plan.collective().hasRoot() ? plan.root() : -1);
        for (BenchRow row : places) {
            if (row == null) {
                out.printf(Locale.ROOT, "  %7s  %6s  %6s  %5s", "N/A", "N/A", "N/A", "N/A");
            } else {
                out.printf(Locale.ROOT, "  %7.2f  %6.2f  %6.2f  %5d", row.avgUs(), algbw(row), busbw(row), row.wrong());
            }
        }
        out.printf(Locale.ROOT, "%n");
    }

    /** {@return GB/s by the mean time} */
    private static double algbw(BenchRow row) {
        return row.bytes() / row.avgUs() / 1e3;
    }

    private double busbw(BenchRow row) {
        return algbw(row) * plan.collective().busFactor(row.np());
    }
}
