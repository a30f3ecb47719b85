// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.versus;

import java.io.PrintStream;
import java.util.List;
import java.util.Locale;

/** One line per size and side; ratios against the first of BitReduce's sides that is not the line's own. */
final class VersusCsv implements VersusOutput {

    private final PrintStream out;

    VersusCsv(PrintStream out) {
        this.out = out;
    }

    @Override
    public void begin(Run run) {
        out.println("collective,bytes,side,bits,mode,np,repetitions,iterations,min_us,median_us,max_us,algbw_GBps,"
                + "wire_bytes_per_rank,wrong,others_cpu,foreign_cpu,reference,min_ratio,median_ratio,max_ratio");
        np = run.np();
    }

    private int np;

    @Override
    public void size(List<VersusRow> rows) {
        for (VersusRow row : rows) {
            String reference = row.ratios().keySet().stream().findFirst().orElse("");
            Spread ratio = row.ratios().getOrDefault(reference, new Spread(1, 1, 1));
            out.printf(
                    Locale.ROOT,
                    "%s,%d,%s,%d,%s,%d,%d,%d,%.3f,%.3f,%.3f,%.4f,%.0f,%d,%.3f,%.3f,%s,%.4f,%.4f,%.4f%n",
                    row.collective(),
                    row.bytes(),
                    row.side(),
                    row.bits(),
                    row.mode(),
                    np,
                    row.repetitions(),
                    row.iterations(),
                    row.micros().min(),
                    row.micros().median(),
                    row.micros().max(),
                    row.algbw(),
                    row.wireBytesPerRank(),
                    row.wrong(),
                    row.othersCores(),
                    row.foreignCores(),
                    reference,
                    ratio.min(),
                    ratio.median(),
                    ratio.max());
        }
        out.flush();
    }

    @Override
    public void end(List<BreakEven> evens, List<Bar> bars, double loadAfter) {
        out.flush();
    }
}
