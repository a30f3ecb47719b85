// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.versus;

import java.awt.BasicStroke;
import java.awt.Color;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.bitreduce.bench.OutputFile;
import org.bitreduce.bench.train.report.Charts;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Time against size, both logarithmic: a line per side, BitReduce's full, others' dashed. Stateless. */
final class VersusChart {

    private static final List<Color> COLORS = List.of(
            new Color(0x1f77b4),
            new Color(0x2ca02c),
            new Color(0x17becf),
            new Color(0x000000),
            new Color(0xd62728),
            new Color(0xff7f0e),
            new Color(0x9467bd),
            new Color(0x8c564b));

    private static final BasicStroke DASHED =
            new BasicStroke(2f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 10f, new float[] {8f, 5f}, 0f);

    private VersusChart() {}

    /**
     * Draws a chart.
     *
     * @param file a PNG, overwritten
     * @param title above it
     * @param rows all sizes and sides
     * @return empty, or why there is none
     */
    static String draw(Path file, String title, List<VersusRow> rows) throws IOException {
        OutputFile.makeFolder(file);
        return Charts.tolerant(() -> Charts.save(chart(title, rows), file));
    }

    private static XYChart chart(String title, List<VersusRow> rows) {
        XYChart chart = new XYChartBuilder()
                .width(960)
                .height(600)
                .title(title)
                .xAxisTitle("vector (KiB of floats), logarithmic")
                .yAxisTitle("time of a call (microseconds), logarithmic")
                .build();
        chart.getStyler()
                .setXAxisLogarithmic(true)
                .setYAxisLogarithmic(true)
                .setLegendPosition(Styler.LegendPosition.OutsideE);
        chart.getStyler().setChartBackgroundColor(Color.WHITE).setDecimalPattern("#,##0.###");
        Set<String> sides = rows.stream().map(VersusRow::side).collect(Collectors.toCollection(LinkedHashSet::new));
        int index = 0;
        for (String side : sides) {
            style(add(chart, side, rows), side, COLORS.get(index++ % COLORS.size()));
        }
        return chart;
    }

    private static XYSeries add(XYChart chart, String side, List<VersusRow> rows) {
        List<VersusRow> own =
                rows.stream().filter(row -> row.side().equals(side)).toList();
        return chart.addSeries(
                side,
                own.stream().map(row -> row.bytes() / 1024.0).toList(),
                own.stream().map(row -> row.micros().median()).toList());
    }

    private static void style(XYSeries series, String side, Color color) {
        series.setLineColor(color);
        series.setMarkerColor(color);
        if (side.startsWith("bitreduce")) {
            series.setMarker(SeriesMarkers.CIRCLE);
            series.setLineStyle(new BasicStroke(2.5f));
        } else {
            series.setMarker(SeriesMarkers.DIAMOND);
            series.setLineStyle(DASHED);
        }
    }
}
