// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.train.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * A chart as inline SVG. Colours are classes of the page's style sheet ({@link HtmlPage}), so that one picture serves
 * light, dark and paper. Values that are not finite are left out. Confined to one thread.
 */
public final class SvgChart {

    /** How a series is drawn. */
    private enum Kind {
        /** Straight lines between points. */
        LINE,
        /** Round markers, with error bars where there are errors. */
        POINTS
    }

    private static final int WIDTH = 760;
    private static final int HEIGHT = 380;
    private static final int LEFT = 80;
    private static final int RIGHT = 14;
    private static final int TOP = 14;
    private static final int BOTTOM = 52;
    /** When all colours have been used they come again with dashes. */
    private static final List<String> DASHES = List.of("", " dashed", " dotted");

    /** Of points, as lines have dashes: one that lies on another leaves that visible. */
    private static final List<String> MARKERS = List.of(
            "<circle cx=\"%1$.1f\" cy=\"%2$.1f\" r=\"4\"/>",
            "<circle cx=\"%1$.1f\" cy=\"%2$.1f\" r=\"5.5\"/>",
            "<path class=\"mark\" d=\"M%1$.1f %2$.1fm-7 0l7 -7l7 7l-7 7z\"/>");

    /** Least ratio of values that a logarithmic axis is drawn for: below it would have too few labels. */
    private static final double WIDE = 10;

    private record Point(double x, double y, double error) {
        boolean isFinite() {
            return Double.isFinite(x) && Double.isFinite(y);
        }
    }

    private record Series(String name, Kind kind, List<Point> points) {}

    private final String title;
    private final String xTitle;
    private final String yTitle;
    private final boolean logarithmic;
    private final List<Series> series = new ArrayList<>();
    private boolean logarithmicY;
    private double least = Double.NEGATIVE_INFINITY;
    private double greatest = Double.POSITIVE_INFINITY;

    /**
     * Begins an empty chart.
     *
     * @param title of the picture
     * @param xTitle with unit
     * @param yTitle with unit
     * @param logarithmic whether x is; positions that are not positive are left out then
     */
    public SvgChart(String title, String xTitle, String yTitle, boolean logarithmic) {
        this.title = title;
        this.xTitle = xTitle;
        this.yTitle = yTitle;
        this.logarithmic = logarithmic;
    }

    /**
     * Sets what y can be: error bars that say more end there.
     *
     * @param low least
     * @param high greatest
     * @return this
     */
    public SvgChart within(double low, double high) {
        least = low;
        greatest = high;
        return this;
    }

    /**
     * Makes y logarithmic where its values are far apart, so that a series far above does not press the others together.
     * To be said before any series; values that are not positive are left out.
     *
     * @return this
     */
    public SvgChart withLogarithmicY() {
        logarithmicY = true;
        return this;
    }

    /**
     * Adds a line.
     *
     * @param name in the legend
     * @param x as many as y
     * @param y values
     * @return this
     */
    public SvgChart line(String name, List<Double> x, List<Double> y) {
        return add(name, Kind.LINE, together(x, y));
    }

    private static List<Point> together(List<Double> x, List<Double> y) {
        List<Point> points = new ArrayList<>();
        for (int i = 0; i < x.size(); i++) {
            points.add(new Point(x.get(i), y.get(i), 0));
        }
        return points;
    }

    /**
     * Adds points joined by nothing.
     *
     * @param name in the legend
     * @param x as many as y
     * @param y values
     * @return this
     */
    public SvgChart points(String name, List<Double> x, List<Double> y) {
        return add(name, Kind.POINTS, together(x, y));
    }

    /**
     * Adds a point with an error bar.
     *
     * @param name in the legend
     * @param x position
     * @param y value
     * @param error half the length of the bar; none if it is not finite
     * @return this
     */
    public SvgChart point(String name, double x, double y, double error) {
        return add(name, Kind.POINTS, List.of(new Point(x, y, Double.isFinite(error) ? error : 0)));
    }

    private SvgChart add(String name, Kind kind, List<Point> points) {
        List<Point> drawn = points.stream()
                .filter(Point::isFinite)
                .filter(point -> !logarithmic || point.x > 0)
                .filter(point -> !logarithmicY || point.y > 0)
                .toList();
        series.add(new Series(name, kind, drawn));
        return this;
    }

    /** {@return the figure, with its legend, as HTML} */
    String toHtml() {
        StringBuilder out = new StringBuilder("<figure><figcaption>")
                .append(HtmlPage.escape(title))
                .append("</figcaption>\n");
        List<Point> all = series.stream().flatMap(one -> one.points.stream()).toList();
        if (all.isEmpty()) {
            return out.append("<p>nothing to draw</p></figure>\n").toString();
        }
        Scale x = Scale.of(least(all, p -> p.x), greatest(all, p -> p.x), logarithmic, LEFT, WIDTH - RIGHT);
        double low = least(all, this::low);
        double high = greatest(all, this::high);
        Scale y = Scale.of(low, high, logarithmicY && low > 0 && high > WIDE * low, HEIGHT - BOTTOM, TOP);
        out.append("<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">%n"
                .formatted(WIDTH, HEIGHT, HtmlPage.escape(title)));
        axes(out, x, y);
        for (int i = 0; i < series.size(); i++) {
            if (!series.get(i).points.isEmpty()) {
                draw(out, series.get(i), i, x, y);
            }
        }
        out.append("</svg>\n");
        legend(out);
        return out.append("</figure>\n").toString();
    }

    private void axes(StringBuilder out, Scale x, Scale y) {
        for (double tick : x.ticks()) {
            line(out, "grid", x.at(tick), TOP, x.at(tick), HEIGHT - BOTTOM);
            text(out, "middle", x.at(tick), HEIGHT - BOTTOM + 18, x.label(tick));
        }
        for (double tick : y.ticks()) {
            line(out, "grid", LEFT, y.at(tick), WIDTH - RIGHT, y.at(tick));
            text(out, "end", LEFT - 7, y.at(tick) + 4, y.label(tick));
        }
        line(out, "axis", LEFT, HEIGHT - BOTTOM, WIDTH - RIGHT, HEIGHT - BOTTOM);
        line(out, "axis", LEFT, TOP, LEFT, HEIGHT - BOTTOM);
        text(out, "middle", (LEFT + WIDTH - RIGHT) / 2.0, HEIGHT - 10, xTitle + (logarithmic ? ", logarithmic" : ""));
        double middle = (TOP + HEIGHT - BOTTOM) / 2.0;
        out.append(String.format(
                Locale.ROOT,
                "<text text-anchor=\"middle\" transform=\"translate(18 %.1f) rotate(-90)\">%s</text>%n",
                middle,
                HtmlPage.escape(yTitle + (y.logarithmic() ? ", log" : ""))));
    }

    private void draw(StringBuilder out, Series one, int index, Scale x, Scale y) {
        if (one.kind == Kind.LINE) {
            StringBuilder path = new StringBuilder();
            for (Point point : one.points) {
                path.append(String.format(
                        Locale.ROOT, "%s%.1f %.1f", path.isEmpty() ? "M" : "L", x.at(point.x), y.at(point.y)));
            }
            out.append(String.format(Locale.ROOT, "<path class=\"%s\" d=\"%s\"/>%n", style(index), path));
            return;
        }
        for (Point point : one.points) {
            out.append(String.format(
                    Locale.ROOT,
                    "<g class=\"%s\"><title>%s: %.6g, %.6g</title>",
                    style(index),
                    HtmlPage.escape(one.name),
                    point.x,
                    point.y));
            if (point.error > 0) {
                double low = y.at(low(point));
                double high = y.at(high(point));
                line(out, "bar", x.at(point.x), low, x.at(point.x), high);
                line(out, "bar", x.at(point.x) - 4, low, x.at(point.x) + 4, low);
                line(out, "bar", x.at(point.x) - 4, high, x.at(point.x) + 4, high);
            }
            out.append(marker(index, x.at(point.x), y.at(point.y))).append(String.format("</g>%n"));
        }
    }

    private static String marker(int index, double x, double y) {
        return String.format(Locale.ROOT, MARKERS.get(index / Palette.size() % MARKERS.size()), x, y);
    }

    private double low(Point point) {
        return Math.max(least, point.y - point.error);
    }

    private double high(Point point) {
        return Math.min(greatest, point.y + point.error);
    }

    private void legend(StringBuilder out) {
        out.append("<div class=\"legend\">");
        for (int i = 0; i < series.size(); i++) {
            if (series.get(i).points.isEmpty()) {
                continue; // it keeps its colour in the page's other charts
            }
            String mark = series.get(i).kind == Kind.LINE
                    ? "<path class=\"%s\" d=\"M0 8L24 8\"/>".formatted(style(i))
                    : "<g class=\"%s\">%s</g>".formatted(style(i), marker(i, 12, 8));
            out.append("<span><svg viewBox=\"0 0 24 16\" aria-hidden=\"true\">%s</svg>%s</span>%n"
                    .formatted(mark, HtmlPage.escape(series.get(i).name)));
        }
        out.append("</div>\n");
    }

    private static String style(int index) {
        return "c%d%s".formatted(index % Palette.size(), DASHES.get(index / Palette.size() % DASHES.size()));
    }

    private static void line(StringBuilder out, String style, double x1, double y1, double x2, double y2) {
        out.append(String.format(
                Locale.ROOT,
                "<line class=\"%s\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>%n",
                style,
                x1,
                y1,
                x2,
                y2));
    }

    private static void text(StringBuilder out, String anchor, double x, double y, String text) {
        out.append(String.format(
                Locale.ROOT,
                "<text text-anchor=\"%s\" x=\"%.1f\" y=\"%.1f\">%s</text>%n",
                anchor,
                x,
                y,
                HtmlPage.escape(text)));
    }

    private static double least(List<Point> points, ToDoubleFunction<Point> value) {
        return points.stream().mapToDouble(value).min().orElse(0);
    }

    private static double greatest(List<Point> points, ToDoubleFunction<Point> value) {
        return points.stream().mapToDouble(value).max().orElse(0);
    }
}
