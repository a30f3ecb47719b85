// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench;

import java.awt.Color;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.bitreduce.bench.train.report.Charts;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Pictures of a benchmark's rows. Stateless. */
final class BenchChart {

    private static final int WIDTH = 960;
    private static final int HEIGHT = 600;

    private BenchChart() {}

    /**
     * Draws median times against sizes, a line per width, mode, form and place.
     *
     * @param file a PNG, overwritten
     * @param rows of one collective
     * @return empty, or why there is no picture
     */
    static String times(Path file, List<MeasuredRow> rows) throws IOException {
        Map<String, List<BenchRow>> lines = new LinkedHashMap<>();
        for (MeasuredRow row : rows) {
            lines.computeIfAbsent(line(row.row()), ignored -> new ArrayList<>()).add(row.row());
        }
        XYChart chart =
                chart(rows, "vector (KiB of floats), logarithmic", "median time of a call (microseconds), logarithmic");
        chart.getStyler().setXAxisLogarithmic(true);
        lines.forEach((name, points) -> chart.addSeries(
                        name,
                        points.stream()
                                .map(row -> Math.max(row.bytes(), Float.BYTES) / 1024.0)
                                .toList(),
                        points.stream().map(BenchRow::p50Us).toList())
                .setMarker(SeriesMarkers.CIRCLE));
        return draw(chart, file);
    }

    /**
     * Draws the percentiles of each row: how slow the slowest calls are. The axis counts nines, so that each step to the
     * right is ten times rarer.
     *
     * @param file a PNG, overwritten
     * @param rows of one collective
     * @return empty, or why there is no picture
     */
    static String percentiles(Path file, List<MeasuredRow> rows) throws IOException {
        XYChart chart = chart(
                rows,
                "share of slower calls: 1 is 10 %, 2 is 1 %, 3 is 0.1 %",
                "time of a call (microseconds), logarithmic");
        for (MeasuredRow row : rows) {
            Histogram histogram = row.histogram();
            List<Double> nines = new ArrayList<>();
            List<Double> micros = new ArrayList<>();
            double last = Math.log10((double) histogram.getTotalCount());
            for (double x = 0; x <= last + 1e-9; x += 0.05) {
                nines.add(x);
                double percent = 100 * (1 - Math.pow(10, -x));
                micros.add(Math.max(1, histogram.getValueAtPercentile(percent)) / 1e3);
            }
            chart.addSeries("%s, %s".formatted(Sizes.text(row.row().bytes()), line(row.row())), nines, micros)
                    .setMarker(SeriesMarkers.NONE);
        }
        return draw(chart, file);
    }

    private static String line(BenchRow row) {
        String width = row.bits() == 32 ? "float" : row.bits() + " bits";
        return "%s%s %s%s%s"
                .formatted(
                        row.implementation().equals("bitreduce") ? "" : row.implementation() + " ",
                        width,
                        row.mode(),
                        row.form().equals("blocking") ? "" : " " + row.form(),
                        row.inPlace() ? " in place" : "");
    }

    private static XYChart chart(List<MeasuredRow> rows, String x, String y) {
        BenchRow any = rows.getFirst().row();
        XYChart chart = new XYChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .title("%s, %d ranks, %s".formatted(any.collective(), any.np(), any.via()))
                .xAxisTitle(x)
                .yAxisTitle(y)
                .build();
        chart.getStyler().setYAxisLogarithmic(true).setLegendPosition(Styler.LegendPosition.OutsideE);
        chart.getStyler().setChartBackgroundColor(Color.WHITE).setDecimalPattern("#,##0.###");
        return chart;
    }

    private static String draw(XYChart chart, Path file) throws IOException {
        OutputFile.makeFolder(file);
        return Charts.tolerant(() -> Charts.save(chart, file));
    }
}
