// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.train.report;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.bitreduce.bench.OutputFile;
import org.bitreduce.bench.train.History;
import org.bitreduce.bench.train.History.Column;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Pictures of a run. Stateless. */
public final class Charts {

    private static final Color FIRST = Palette.color(0);
    private static final Color SECOND = Palette.color(1);
    /** Drawn behind another line. */
    private static final Color PALE = new Color(0xffbb78);

    private Charts() {}

    /**
     * Draws {@code loss.png} (loss and test accuracy against bytes sent) and {@code bits.png} (bits and gradient norm per
     * step).
     *
     * @param folder where they go; files of these names are overwritten
     * @param title of both
     * @param history of a finished run
     * @param examplesPerStep of all ranks together
     * @return empty, or why there are no charts: without fonts the JDK cannot draw text
     */
    public static String draw(Path folder, String title, History history, long examplesPerStep) throws IOException {
        return tolerant(() -> {
            save(loss(title, history, examplesPerStep), folder.resolve("loss.png"));
            save(bits(title, history), folder.resolve("bits.png"));
        });
    }

    /**
     * Draws {@code loss.png} (losses against bytes sent) and {@code bits.png} (bits per step) of several runs, and {@code
     * accuracy.png} (test accuracy against bytes, with 95 % intervals).
     *
     * @param folder where they go; files of these names are overwritten
     * @param title of all
     * @param curves of one run of each method, by name
     * @param accuracies of the methods
     * @return empty, or why there are no charts
     */
    public static String drawComparison(Path folder, String title, Map<String, Curve> curves, List<Accuracy> accuracies)
            throws IOException {
        return tolerant(() -> {
            XYChart losses = chart(title, "bytes sent per rank (MB), logarithmic", "training loss");
            curves.forEach((name, curve) ->
                    losses.addSeries(name, curve.x(), curve.losses()).setMarker(SeriesMarkers.NONE));
            losses.getStyler().setXAxisLogarithmic(true).setXAxisMin(null);
            losses.getStyler().setYAxisMin(0.0);
            save(losses, folder.resolve("loss.png"));
            save(bits(title, curves), folder.resolve("bits.png"));
            save(accuracy(title, accuracies), folder.resolve("accuracy.png"));
        });
    }

    /** Beside the 32 bits of plain floats nobody could see the others move, so they are drawn only if there is nothing else. */
    private static XYChart bits(String title, Map<String, Curve> curves) {
        boolean allPlain = curves.values().stream().allMatch(Curve::isPlain);
        boolean somePlain = curves.values().stream().anyMatch(Curve::isPlain);
        String shown = somePlain && !allPlain ? title + ", without plain floats" : title;
        XYChart chart = chart(shown, "step", "bits per element");
        int index = 0;
        for (Map.Entry<String, Curve> entry : curves.entrySet()) {
            Curve curve = entry.getValue();
            Color color = Palette.color(index++); // that of the method in the other charts
            if (allPlain || !curve.isPlain()) {
                line(chart, entry.getKey(), curve.steps(), curve.bits(), color, 0);
            }
        }
        chart.getStyler().setYAxisMin(0.0);
        return chart;
    }

    /**
     * A method's accuracy, to draw.
     *
     * @param method its name
     * @param megabytes sent per rank
     * @param percent test accuracy, mean over seeds
     * @param halfWidth of its 95 % interval, or NaN
     */
    public record Accuracy(String method, double megabytes, double percent, double halfWidth) {}

    private static XYChart accuracy(String title, List<Accuracy> accuracies) {
        XYChart chart = chart(title, "bytes sent per rank (MB), logarithmic", "test accuracy (%), 95 % intervals");
        for (Accuracy one : accuracies) {
            double error = Double.isFinite(one.halfWidth) ? one.halfWidth : 0;
            chart.addSeries(one.method, new double[] {one.megabytes}, new double[] {one.percent}, new double[] {error})
                    .setXYSeriesRenderStyle(XYSeries.XYSeriesRenderStyle.Scatter);
        }
        chart.getStyler().setXAxisLogarithmic(true).setXAxisMin(null);
        return chart;
    }

    /** Draws something. */
    @FunctionalInterface
    public interface Drawing {

        /** Draws, and writes files. */
        void draw() throws IOException;
    }

    /**
     * Draws something where the JDK can draw text.
     *
     * @param drawing draws charts and saves them
     * @return empty, or why there are no charts
     */
    public static String tolerant(Drawing drawing) throws IOException {
        System.setProperty("java.awt.headless", "true");
        try {
            drawing.draw();
            return "";
        } catch (LinkageError | InternalError | RuntimeException noFonts) {
            // AWT reports a missing fontconfig or font as a NullPointerException, an InternalError or a linkage error.
            return "no charts were drawn, the JDK cannot draw text here: %s (install fontconfig and a font, such as fonts-dejavu-core)"
                    .formatted(noFonts);
        }
    }

    private static XYChart loss(String title, History history, long examplesPerStep) {
        Curve curve = Curve.of(history, examplesPerStep, 200);
        XYChart chart = chart(title, curve.silent() ? "step" : "bytes sent per rank (MB)", "training loss");
        line(chart, "training loss", curve.x(), curve.losses(), FIRST, 0);
        line(chart, "test accuracy", curve.epochs(), curve.accuracies(), SECOND, 1)
                .setMarker(SeriesMarkers.CIRCLE);
        chart.setYAxisGroupTitle(1, "test accuracy (%)");
        chart.getStyler().setYAxisMin(0, 0.0).setYAxisMin(1, 0.0).setYAxisMax(1, 100.0);
        return chart;
    }

    private static XYChart bits(String title, History history) {
        XYChart chart = chart(title, "step", "bits per element");
        List<Double> x = new ArrayList<>();
        List<Double> bits = new ArrayList<>();
        List<Double> norms = new ArrayList<>();
        double widest = 0;
        double largest = 0;
        for (int step = 0; step < history.steps(); step++) {
            x.add(step + 1.0);
            bits.add(history.get(step, Column.BITS));
            norms.add(history.get(step, Column.NORM));
            widest = Math.max(widest, history.get(step, Column.BITS));
            largest = Math.max(largest, history.get(step, Column.NORM));
        }
        // The norm is drawn first, so that the bits stay visible in front of it.
        line(chart, "gradient norm", x, norms, PALE, 1);
        line(chart, "bits", x, bits, FIRST, 0).setXYSeriesRenderStyle(XYSeries.XYSeriesRenderStyle.Step);
        chart.setYAxisGroupTitle(1, "greatest magnitude in any rank's gradient");
        chart.getStyler().setYAxisMin(0, 0.0).setYAxisMax(0, widest + 1).setYAxisMin(1, 0.0);
        chart.getStyler().setYAxisMax(1, largest == 0 ? 1 : largest * 1.05);
        return chart;
    }

    private static XYChart chart(String title, String x, String y) {
        XYChart chart = new XYChartBuilder()
                .width(960)
                .height(540)
                .title(title)
                .xAxisTitle(x)
                .yAxisTitle(y)
                .build();
        chart.getStyler().setLegendPosition(Styler.LegendPosition.OutsideS);
        chart.getStyler().setLegendLayout(Styler.LegendLayout.Horizontal);
        chart.getStyler().setYAxisGroupPosition(1, Styler.YAxisPosition.Right);
        chart.getStyler().setChartBackgroundColor(Color.WHITE);
        chart.getStyler().setXAxisMin(0.0);
        chart.getStyler().setSeriesColors(Palette.colors());
        chart.getStyler().setDecimalPattern("#,##0.###");
        return chart;
    }

    private static XYSeries line(XYChart chart, String name, List<Double> x, List<Double> y, Color color, int axis) {
        XYSeries series = chart.addSeries(name, x, y);
        series.setMarker(SeriesMarkers.NONE);
        series.setLineColor(color);
        series.setMarkerColor(color);
        series.setYAxisGroup(axis);
        return series;
    }

    /**
     * Writes a chart as PNG.
     *
     * @param chart complete
     * @param file replaced as a whole
     * @throws IOException if it cannot be written; the message names it and says why
     */
    public static void save(XYChart chart, Path file) throws IOException {
        BufferedImage image = BitmapEncoder.getBufferedImage(chart);
        OutputFile.replace(file, out -> ImageIO.write(image, "png", out));
    }
}
