// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench;

import java.io.PrintStream;
import java.util.Locale;

/** A table for people. */
final class TextOutput implements RowFormat.Output {

    private final PrintStream out;
    /** Whether calls of several forms, or of another than usual, stand in the table. */
    private final boolean forms;

    private long lastBytes;
    private long wrong;
    private int rows;

    TextOutput(PrintStream out, Environment environment, BenchPlan plan) {
        this.out = out;
        this.forms = plan.forms().stream().anyMatch(form -> form != Form.BLOCKING);
        out.printf(Locale.ROOT, "# %s, %d ranks, %s%n", plan.collective().label(), environment.np(), plan.via());
        out.printf(
                Locale.ROOT,
                "# %s, %d cores, load %.2f, %s%n",
                environment.cpu(),
                environment.cores(),
                environment.loadAverage(),
                environment.jdk());
        out.printf(
                Locale.ROOT,
                "# times of the slowest rank; bandwidths in GB/s: alg = float bytes / p50, bus = nccl-tests' factor times%n");
        out.printf(
                Locale.ROOT,
                "# alg, link = bytes sent per rank / p50; rel-error = Euclidean norm of the error over that of the result%n");
        out.printf(
                Locale.ROOT,
                "%10s %5s %-8s %-5s%s %9s %9s %9s %9s %9s %11s %9s %10s %6s%n",
                "size",
                "bits",
                "mode",
                "place",
                form("form"),
                "min",
                "p50",
                "p99",
                "alg",
                "bus",
                "sent/rank",
                "link",
                "rel-error",
                "wrong");
    }

    @Override
    public void row(BenchRow row) {
        if (lastBytes != 0 && lastBytes != row.bytes()) {
            out.println();
        }
        lastBytes = row.bytes();
        wrong += row.wrong();
        rows++;
        out.printf(
                Locale.ROOT,
                "%10s %5s %-8s %-5s%s %9s %9s %9s %9.3f %9.3f %11s %9.3f %10s %6d%n",
                Sizes.text(row.bytes()),
                row.bits() == 32 ? "float" : Integer.toString(row.bits()),
                row.implementation().equals("bitreduce") ? row.mode() : "MPJ",
                row.inPlace() ? "in" : "out",
                form(row.form()),
                Units.time(row.minUs()),
                Units.time(row.p50Us()),
                Units.time(row.p99Us()),
                row.algbw(),
                row.busbw(),
                Units.bytes(row.wireBytesPerRank()),
                row.link(),
                error(row.relL2Error()),
                row.wrong());
        if (row.profile() != null) {
            out.printf(Locale.ROOT, "%10s %s%n", "", row.profile());
        }
    }

    private String form(String text) {
        return forms ? String.format(Locale.ROOT, " %-12s", text) : "";
    }

    @Override
    public void end() {
        out.printf(Locale.ROOT, "# rows: %d, their results verified; wrong elements: %d%n", rows, wrong);
        out.flush();
    }

    private static String error(double relative) {
        return relative == 0 ? "0" : String.format(Locale.ROOT, "%.2e", relative);
    }
}
