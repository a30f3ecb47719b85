// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench;

import java.awt.BasicStroke;
import java.awt.Color;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.file.Path;
import java.util.List;
import org.bitreduce.bench.train.report.Charts;
import org.bitreduce.bench.train.report.Palette;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.markers.Marker;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * Times against sizes, both logarithmic, with labels where people look for them: at powers of two and of ten. Confined to
 * one thread.
 */
public final class SizeChart {

    /** How a line is drawn. */
    public enum Stroke {
        /** Ours. */
        FULL,
        /** A variant of one that is drawn in the same colour. */
        DOTTED,
        /** Others'. */
        DASHED;

        private BasicStroke awt() {
            return switch (this) {
                case FULL -> new BasicStroke(2.5f);
                case DOTTED -> dashed(1f, 5f);
                case DASHED -> dashed(8f, 5f);
            };
        }

        private static BasicStroke dashed(float... lengths) {
            return new BasicStroke(2f, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND, 10f, lengths, 0f);
        }
    }

    private static final List<Marker> MARKERS = List.of(
            SeriesMarkers.CIRCLE,
            SeriesMarkers.SQUARE,
            SeriesMarkers.DIAMOND,
            SeriesMarkers.TRIANGLE_UP,
            SeriesMarkers.TRIANGLE_DOWN);

    private final XYChart chart;

    /**
     * Begins an empty chart.
     *
     * @param title above it
     * @param time what the upright axis shows
     */
    public SizeChart(String title, String time) {
        chart = new XYChartBuilder()
                .width(960)
                .height(560)
                .title(title)
                .xAxisTitle("size of the vector as floats, logarithmic")
                .yAxisTitle(time + ", logarithmic")
                .build();
        // The library's logarithmic axes know decades only, so these are linear ones of logarithms.
        chart.getStyler().setXAxisTickLabelsFormattingFunction(SizeChart::size);
        chart.getStyler().setYAxisTickLabelsFormattingFunction(SizeChart::time);
        chart.getStyler().setYAxisTickMarkSpacingHint(110);
        chart.getStyler().setLegendPosition(Styler.LegendPosition.OutsideE);
        chart.getStyler().setChartBackgroundColor(Color.WHITE);
    }

    /**
     * Adds a line.
     *
     * @param name in the legend, unlike all others
     * @param look number of its colour and marker, from 0
     * @param stroke how it is drawn
     * @param bytes sizes; 0 counts as one element
     * @param micros as many times, in microseconds, positive
     */
    public void line(String name, int look, Stroke stroke, List<Long> bytes, List<Double> micros) {
        XYSeries series = chart.addSeries(
                name,
                bytes.stream()
                        .map(size -> log2((double) Math.max(size, Float.BYTES)))
                        .toList(),
                micros.stream().map(Math::log10).toList());
        series.setLineColor(Palette.color(look));
        series.setMarkerColor(Palette.color(look));
        series.setLineStyle(stroke.awt());
        series.setMarker(MARKERS.get(look % MARKERS.size()));
    }

    /**
     * Draws the chart.
     *
     * @param file a PNG, overwritten
     * @return empty, or why there is none
     */
    public String draw(Path file) throws IOException {
        OutputFile.makeFolder(file);
        return Charts.tolerant(() -> Charts.save(chart, file));
    }

    private static double log2(double value) {
        return Math.log(value) / Math.log(2);
    }

    /** {@return a tick's label; ticks between powers of two have none} */
    static String size(double log2) {
        long power = Math.round(log2);
        boolean whole = Math.abs(log2 - power) < 1e-9 && power >= 0 && power < Long.SIZE - 1;
        return whole ? Sizes.text(1L << power) : " ";
    }

    /** {@return a tick's label, to two digits} */
    static String time(double log10Micros) {
        double micros = Math.pow(10, log10Micros);
        if (micros < 999.5) {
            return digits(micros) + " us";
        }
        return micros < 999.5e3 ? digits(micros / 1e3) + " ms" : digits(micros / 1e6) + " s";
    }

    private static String digits(double value) {
        return new BigDecimal(value, new MathContext(2)).stripTrailingZeros().toPlainString();
    }
}
