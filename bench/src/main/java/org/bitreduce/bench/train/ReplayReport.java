// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.train;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.bitreduce.bench.train.Replay.Row;
import org.bitreduce.bench.train.recording.RecordingShape;
import org.bitreduce.bench.train.report.HtmlPage;
import org.bitreduce.bench.train.report.SvgChart;

/**
 * What a replay shows.
 *
 * @param shape of the recording
 * @param settings of the run that was recorded
 * @param rows of each method, one per step
 */
record ReplayReport(RecordingShape shape, String settings, Map<String, List<Row>> rows) {

    /**
     * A method over all steps.
     *
     * @param relativeError root of the squared errors' sum over that of the squared norms; NaN for votes
     * @param averageBits per element
     * @param bytes that rank 0 sent
     * @param compressionRatio bytes of plain floats over those; NaN for one rank
     */
    record Total(double relativeError, double averageBits, long bytes, double compressionRatio) {}

    Total total(String method) {
        double error = 0;
        double norm = 0;
        double bits = 0;
        long bytes = 0;
        for (Row row : rows.get(method)) {
            error += row.squaredError();
            norm += row.squaredNorm();
            bits += row.bits();
            bytes += row.bytes();
        }
        int steps = rows.get(method).size();
        double plain = 2.0 * (shape.ranks() - 1) / shape.ranks() * Float.BYTES * shape.count() * steps;
        return new Total(Math.sqrt(error / norm), bits / steps, bytes, bytes == 0 ? Double.NaN : plain / bytes);
    }

    String text() {
        StringBuilder text = new StringBuilder(String.format(
                Locale.ROOT,
                "%,d floats of %d ranks, %,d steps%n%n%-34s %14s %9s %12s %10s%n",
                shape.count(),
                shape.ranks(),
                rows.values().iterator().next().size(),
                "method",
                "relative error",
                "bits",
                "compression",
                "MB/rank"));
        rows.keySet()
                .forEach(method -> text.append(String.format(
                        Locale.ROOT, "%-34s %14s %9s %12s %10s%n", cells(method).toArray())));
        return text.toString();
    }

    private List<String> cells(String method) {
        Total total = total(method);
        return List.of(
                method,
                Figures.number("%.5f", total.relativeError()),
                Figures.number("%.3f", total.averageBits()),
                Figures.number("%.3f", total.compressionRatio()),
                Figures.number("%.2f", total.bytes() / 1e6));
    }

    String csv() {
        StringBuilder text = new StringBuilder("method,step,bits,relative_error,norm,bytes\n");
        rows.forEach((method, list) -> {
            for (Row row : list) {
                String error = Double.isFinite(row.relativeError())
                        ? String.format(Locale.ROOT, "%.6g", row.relativeError())
                        : "";
                text.append(String.format(
                        Locale.ROOT,
                        "%s,%d,%d,%s,%.6g,%d%n",
                        method,
                        row.step(),
                        row.bits(),
                        error,
                        Math.sqrt(row.squaredNorm()),
                        row.bytes()));
            }
        });
        return text.toString();
    }

    String json() {
        Map<String, Object> report = new LinkedHashMap<>();
        report.put("np", shape.ranks());
        report.put("count", shape.count());
        report.put("record_every", shape.every());
        report.put("recorded_run", PageFacts.settings(settings));
        List<Map<String, Object>> methods = new ArrayList<>();
        rows.forEach((method, list) -> {
            Total total = total(method);
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("method", method);
            fields.put("steps", list.size());
            fields.put("relative_error", Figures.finite(total.relativeError()));
            fields.put("average_bits", total.averageBits());
            fields.put("compression_ratio", Figures.finite(total.compressionRatio()));
            fields.put("wire_bytes_rank_0", total.bytes());
            methods.add(fields);
        });
        report.put("methods", methods);
        return Figures.json(report);
    }

    HtmlPage page() {
        HtmlPage page = new HtmlPage("Recorded gradients: %d methods".formatted(rows.size()))
                .note(String.format(
                        Locale.ROOT,
                        "%,d floats of %d ranks; errors are of the mean that ranks get, against the mean in double",
                        shape.count(),
                        shape.ranks()));
        page.heading("Methods")
                .table(
                        List.of(
                                "method",
                                "relative error",
                                "bits per element",
                                "times fewer bytes",
                                "MB sent by rank 0"),
                        rows.keySet().stream().map(this::cells).toList());
        SvgChart error = new SvgChart("Relative error of each step", "step of the run", "relative error", false);
        SvgChart bits = new SvgChart("Bits per element of each step", "step of the run", "bits per element", false);
        rows.forEach((method, list) -> {
            List<Double> steps = list.stream().map(row -> (double) row.step()).toList();
            error.line(
                    Comparison.label(method),
                    steps,
                    list.stream().map(Row::relativeError).toList());
            bits.line(
                    Comparison.label(method),
                    steps,
                    list.stream().map(row -> (double) row.bits()).toList());
        });
        page.heading("Charts").chart(error).chart(bits);
        page.heading("Settings of the recorded run").facts(PageFacts.settings(settings));
        return page.heading("Environment").facts(PageFacts.environment(shape.ranks()));
    }
}
