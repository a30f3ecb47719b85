// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench;

import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Where results go: the options that say so. To be mixed in. */
final class OutputOptions {

    @Option(
            names = "--format",
            defaultValue = "text",
            description = "text, osu, osu-tail, nccl, csv or json; default ${DEFAULT-VALUE}.")
    private String format;

    @Option(names = "--out", paramLabel = "FILE", description = "Write the results there; progress goes to the screen.")
    private Path out;

    @Option(
            names = "--histogram",
            paramLabel = "FILE",
            description =
                    "Write all times: .hlog (HdrHistogram's log, a tag per row), .hgrm (percentiles, a file per row)"
                            + " or .png (percentiles of all rows).")
    private Path histogram;

    @Option(names = "--chart", paramLabel = "FILE", description = "Draw median times against sizes, as PNG.")
    private Path chart;

    /**
     * What is to be written.
     *
     * @param format of the results
     * @param out their file, or null for standard output
     * @param histogram file of all times, or null
     * @param chart file of the chart, or null
     */
    record Targets(RowFormat format, Path out, Path histogram, Path chart) {

        /** The results go to standard output or a file, and nothing else is written. */
        static Targets of(RowFormat format, Path out) {
            return new Targets(format, out, null, null);
        }
    }

    /**
     * {@return what is to be written}
     *
     * @param collective what is to be measured
     * @throws IllegalArgumentException names the first wrong value
     * @throws IOException if one of the files cannot be written
     */
    Targets targets(Collective collective) throws IOException {
        if (histogram != null) {
            HistogramFile.requireKnown(histogram);
        }
        Targets targets = new Targets(RowFormat.of(format, collective), out, histogram, chart);
        OutputFile.requireWritable(out, histogram, chart);
        return targets;
    }
}
