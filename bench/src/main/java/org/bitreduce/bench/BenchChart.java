// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench;

import java.awt.Color;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.bitreduce.bench.SizeChart.Stroke;
import org.bitreduce.bench.train.report.Charts;
import org.bitreduce.bench.train.report.Palette;
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
        SizeChart chart = new SizeChart(title(rows), "median time of a call");
        int look = 0;
        for (Map.Entry<String, List<BenchRow>> line : lines.entrySet()) {
            List<BenchRow> points = line.getValue();
            chart.line(
                    line.getKey(),
                    look++,
                    points.getFirst().implementation().equals("bitreduce") ? Stroke.FULL : Stroke.DASHED,
                    points.stream().map(BenchRow::bytes).toList(),
                    points.stream().map(BenchRow::p50Us).toList());
        }
        return chart.draw(file);
    }

    /**
     * Draws the percentiles of each row: how slow the slowest calls are. Each step to the right is ten times rarer.
     *
     * @param file a PNG, overwritten
     * @param rows of one collective
     * @return empty, or why there is no picture
     */
    static String percentiles(Path file, List<MeasuredRow> rows) throws IOException {
        XYChart chart = new XYChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .title(title(rows))
                .xAxisTitle("share of slower calls")
                .yAxisTitle("time of a call (microseconds), logarithmic")
                .build();
        chart.getStyler().setYAxisLogarithmic(true).setLegendPosition(Styler.LegendPosition.OutsideE);
        chart.getStyler().setChartBackgroundColor(Color.WHITE).setSeriesColors(Palette.colors());
        chart.getStyler().setDecimalPattern("#,##0.###");
        chart.getStyler().setXAxisTickLabelsFormattingFunction(BenchChart::share);
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
        OutputFile.makeFolder(file);
        return Charts.tolerant(() -> Charts.save(chart, file));
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

    /** {@return the tick of a number of nines, to two digits: 1 is 10 %, 2 is 1 %} */
    private static String share(double nines) {
        BigDecimal percent = new BigDecimal(100 * Math.pow(10, -nines), new MathContext(2));
        return percent.stripTrailingZeros().toPlainString() + " %";
    }

    private static String title(List<MeasuredRow> rows) {
        BenchRow any = rows.getFirst().row();
        return "%s, %d ranks, %s".formatted(any.collective(), any.np(), any.via());
    }
}
