// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.versus;

import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import org.bitreduce.bench.Environment;
import org.bitreduce.bench.Sizes;
import org.bitreduce.bench.Units;

/** A table for people. Ratios are against plain floats of ours where there are such, else against our first side. */
final class VersusText implements VersusOutput {

    private final PrintStream out;
    private String reference;
    private long wrong;
    private double busiest;

    VersusText(PrintStream out) {
        this.out = out;
    }

    @Override
    public void begin(Run run) {
        Environment machine = run.environment();
        line("# %d ranks, %s; %s, %d cores, %s", run.np(), run.via(), machine.cpu(), machine.cores(), machine.jdk());
        if (!run.link().isEmpty()) {
            line(
                    "# %d hosts made on this machine, %s on each, link %s%s",
                    run.hosts(),
                    run.np() == run.hosts() ? "a rank" : run.np() / run.hosts() + " ranks",
                    run.link(),
                    run.lineRate() > 0 ? String.format(Locale.ROOT, ", iperf3 %.3f GB/s", run.lineRate()) : "");
        }
        line("# load before %.2f; %s", machine.loadAverage(), run.inPlace() ? "in place" : "out of place");
        run.libraries().forEach((side, library) -> line("# %s: %s", side, library));
        run.leftOut().forEach((side, reason) -> line("# left out: %s: %s", side, reason));
        line("# time of a call, of the slowest rank: least, median and greatest of the repetitions' medians");
    }

    @Override
    public void size(List<VersusRow> rows) {
        VersusRow first = rows.getFirst();
        reference = rows.stream()
                .map(VersusRow::side)
                .filter(Side.label(32, Side.ALLOCATED)::equals)
                .findFirst()
                .orElse(first.side());
        line("");
        line("%s, %s, %d repetitions", first.collective(), Sizes.text(first.bytes()), first.repetitions());
        line(
                "%-28s %9s %9s %9s %8s  %-22s %11s %6s %6s %6s",
                "side", "min", "median", "max", "GB/s", "/ " + reference, "sent/rank", "idle", "other", "wrong");
        rows.forEach(this::row);
        out.flush();
    }

    private void row(VersusRow row) {
        wrong += row.wrong();
        busiest = Math.max(busiest, row.othersCores());
        Spread ratio = row.ratios().get(reference);
        String times = ratio == null
                ? "-"
                : String.format(Locale.ROOT, "%6.2f %6.2f %6.2f", ratio.min(), ratio.median(), ratio.max());
        line(
                "%-28s %9s %9s %9s %8.3f  %-22s %11s %6.2f %6.2f %6d",
                row.side(),
                Units.time(row.micros().min()),
                Units.time(row.micros().median()),
                Units.time(row.micros().max()),
                row.algbw(),
                times,
                row.wireBytesPerRank() == 0 ? "-" : Units.bytes(Math.round(row.wireBytesPerRank())),
                row.othersCores(),
                row.foreignCores(),
                row.wrong());
    }

    @Override
    public void end(List<BreakEven> evens, List<Bar> bars, double loadAfter) {
        line("");
        line("# ratio: how many times as long as %s, least, median and greatest of paired repetitions", reference);
        line("# idle: processors that the waiting sides used (%.2f at most); other: that other programs used", busiest);
        line("# load after %.2f; wrong elements: %d", loadAfter, wrong);
        if (!evens.isEmpty()) {
            line("# break-even of few bits: the link's speed at which the bytes saved are worth the codec's time");
            evens.forEach(even -> line("#   %s", even.text()));
        }
        if (!bars.isEmpty()) {
            line("");
            line("%-44s %-26s %-8s %-24s %-9s %s", "what", "against", "need", "median (min to max)", "verdict", "");
            bars.forEach(bar -> line("%s", bar.text()));
        }
        out.flush();
    }

    private void line(String format, Object... arguments) {
        out.printf(Locale.ROOT, format + "%n", arguments);
    }
}
