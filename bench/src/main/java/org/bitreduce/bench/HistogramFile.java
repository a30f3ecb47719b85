// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramLogWriter;
import org.bitreduce.text.Names;

/** Writes all times of all rows, in the shapes of HdrHistogram. Stateless. */
final class HistogramFile {

    private static final List<String> ENDINGS = List.of("hlog", "hgrm", "png");
    private static final double NANOS_PER_MICRO = 1e3;

    private HistogramFile() {}

    private static String ending(Path file) {
        String name = file.getFileName().toString();
        return name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    }

    /**
     * Checks the ending of a file.
     *
     * @param file as on the command line
     * @throws IllegalArgumentException if it is none that can be written
     */
    static void requireKnown(Path file) {
        String ending = ending(file);
        if (!ENDINGS.contains(ending)) {
            throw Names.unknown("ending of --histogram", ending, ENDINGS);
        }
    }

    /**
     * Writes a file; a percentile distribution (.hgrm) of several rows goes to several files, whose names have the row's
     * in front of the ending.
     *
     * @param file overwritten; its ending says what is written
     * @param rows in the order of the table
     * @return empty, or why there is no picture
     * @throws IOException if a file cannot be written
     */
    static String write(Path file, List<MeasuredRow> rows) throws IOException {
        switch (ending(file)) {
            case "hlog" -> log(file, rows);
            case "hgrm" -> distributions(file, rows);
            default -> {
                return BenchChart.percentiles(file, rows);
            }
        }
        return "";
    }

    /** {@return a row's name, of letters, digits, points and dashes} */
    static String tag(BenchRow row) {
        return "%s-%s-%d-bytes-%d-bits-%s-%s-%s"
                .formatted(
                        row.implementation(),
                        row.collective(),
                        row.bytes(),
                        row.bits(),
                        row.mode(),
                        row.form(),
                        row.inPlace() ? "in" : "out");
    }

    private static void log(Path file, List<MeasuredRow> rows) throws IOException {
        try (PrintStream out = OutputFile.open(file)) {
            HistogramLogWriter writer = new HistogramLogWriter(out);
            long now = Instant.now().toEpochMilli();
            writer.outputComment("[times of the slowest rank in nanoseconds, a tag per row; measured by BitReduce]");
            writer.outputLogFormatVersion();
            writer.outputStartTime(now);
            writer.outputLegend();
            for (MeasuredRow row : rows) {
                Histogram histogram = row.histogram();
                histogram.setTag(tag(row.row()));
                histogram.setStartTimeStamp(now);
                histogram.setEndTimeStamp(now + histogram.getTotalCount());
                writer.outputIntervalHistogram(histogram);
            }
        }
    }

    private static void distributions(Path file, List<MeasuredRow> rows) throws IOException {
        for (MeasuredRow row : rows) {
            Path target = rows.size() == 1 ? file : sibling(file, tag(row.row()));
            try (PrintStream out = OutputFile.open(target)) {
                row.histogram().outputPercentileDistribution(out, NANOS_PER_MICRO);
            }
        }
    }

    private static Path sibling(Path file, String tag) {
        String name = file.getFileName().toString();
        String stem = name.substring(0, name.lastIndexOf('.'));
        return file.resolveSibling("%s-%s.hgrm".formatted(stem, tag));
    }
}
