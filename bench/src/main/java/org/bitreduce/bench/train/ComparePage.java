// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.train;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bitreduce.bench.train.data.TaskData;
import org.bitreduce.bench.train.report.HtmlPage;
import org.bitreduce.bench.train.report.SvgChart;

/** Writes a comparison as one page: {@code report.html}. Stateless. */
final class ComparePage {

    private ComparePage() {}

    /**
     * Writes the page.
     *
     * @param folder where it goes
     * @param comparison of at least one run
     * @param settings of the first of the runs
     * @param data that all have learnt from
     */
    static void write(Path folder, Comparison comparison, TrainSettings settings, TaskData data) throws IOException {
        RunRecord first = comparison.runs(comparison.methods().getFirst()).getFirst();
        HtmlPage page = new HtmlPage("%s: %d methods, %d %s"
                        .formatted(
                                settings.task().name(),
                                comparison.methods().size(),
                                comparison.seeds().size(),
                                comparison.seeds().size() == 1 ? "seed" : "seeds"))
                .note("%d ranks over %s; %s".formatted(first.ranks(), first.transport(), data.origin()));
        page.heading("Methods").table(METHOD_HEAD, methodRows(comparison));
        List<Comparison.Pair> pairs = comparison.seeds().size() < 2 ? List.of() : comparison.pairs();
        pairs(
                page,
                "At equal bytes (within 1 %)",
                pairs.stream().filter(Comparison.Pair::equalBytes).toList());
        charts(page, comparison);
        pairs(
                page,
                "Other pairs",
                pairs.stream().filter(pair -> !pair.equalBytes()).toList());
        if (pairs.isEmpty()) {
            page.heading("Differences").note("One seed, or one method, shows no differences: take several.");
        }
        page.heading("Test accuracy by seed (%)").table(seedHead(comparison), seedRows(comparison));
        page.heading("Settings").facts(settingFacts(comparison, first, data));
        page.heading("Environment").facts(PageFacts.environment(first.ranks()));
        page.write(folder.resolve("report.html"));
    }

    private static final List<String> METHOD_HEAD = List.of(
            "method",
            "test accuracy (%)",
            "training loss (nats)",
            "bits per element",
            "times fewer bytes",
            "MB sent per rank",
            "seconds");

    private static List<List<String>> methodRows(Comparison comparison) {
        return comparison.methods().stream()
                .map(method -> List.of(
                        Comparison.label(method),
                        CompareTable.interval("%.3f", comparison.accuracy(method)),
                        CompareTable.interval("%.4f", comparison.loss(method)),
                        Figures.number("%.3f", comparison.mean(method, RunRecord::averageBits)),
                        Figures.number("%.3f", comparison.mean(method, RunRecord::compressionRatio)),
                        Figures.number("%.2f", comparison.mean(method, RunRecord::megabytesPerRank)),
                        Figures.number("%.1f", comparison.mean(method, RunRecord::seconds))))
                .toList();
    }

    private static void pairs(HtmlPage page, String title, List<Comparison.Pair> pairs) {
        if (pairs.isEmpty()) {
            return;
        }
        List<List<String>> rows = pairs.stream()
                .map(pair -> List.of(
                        Comparison.label(pair.method()) + " \u2212 " + Comparison.label(pair.other()),
                        CompareTable.interval("%+.3f", pair.accuracy()),
                        pair.accuracyVerdict().toString(),
                        CompareTable.interval("%+.4f", pair.loss()),
                        pair.lossVerdict().toString()))
                .toList();
        page.heading(title)
                .table(List.of("pair", "accuracy (points)", "verdict", "training loss (nats)", "verdict"), rows)
                .note(CompareTable.CAUTION
                        + " A verdict is on the first method of a pair; \"no difference shown\" means that the interval holds"
                        + " 0, not that the methods are equal.");
    }

    private static void charts(HtmlPage page, Comparison comparison) {
        boolean silent = comparison
                .runs(comparison.methods().getFirst())
                .getFirst()
                .curve()
                .silent();
        String sent = silent ? "step" : "MB sent per rank";
        SvgChart accuracy = new SvgChart(
                        "Test accuracy against bytes, mean over seeds with 95 % intervals",
                        sent, "test accuracy (%)", !silent)
                .within(0, 100);
        SvgChart loss = new SvgChart("Training loss against bytes, first seed", sent, "training loss (nats)", !silent)
                .withLogarithmicY();
        SvgChart bits =
                new SvgChart("Bits per element, first seed, without plain floats", "step", "bits per element", false);
        for (String method : comparison.methods()) {
            RunRecord run = comparison.runs(method).getFirst();
            double end = silent ? run.curve().steps().getLast() : comparison.mean(method, RunRecord::megabytesPerRank);
            Interval interval = comparison.accuracy(method);
            accuracy.point(Comparison.label(method), end, interval.mean(), interval.halfWidth());
            loss.line(Comparison.label(method), run.curve().x(), run.curve().losses());
            boolean plain = run.curve().isPlain(); // left out, it still has its colour
            bits.line(
                    Comparison.label(method),
                    plain ? List.of() : run.curve().steps(),
                    plain ? List.of() : run.curve().bits());
        }
        page.heading("Charts").chart(accuracy).chart(loss).chart(bits);
    }

    private static List<String> seedHead(Comparison comparison) {
        List<String> head = new ArrayList<>(List.of("method"));
        comparison.seeds().forEach(seed -> head.add("seed " + seed));
        return head;
    }

    private static List<List<String>> seedRows(Comparison comparison) {
        List<List<String>> rows = new ArrayList<>();
        for (String method : comparison.methods()) {
            List<String> row = new ArrayList<>(List.of(Comparison.label(method)));
            for (double accuracy : comparison.accuracies(method)) {
                row.add(Figures.number("%.2f", accuracy));
            }
            rows.add(row);
        }
        return rows;
    }

    /** {@return what all runs share, as the first one says it; methods and seeds stand for themselves} */
    private static Map<String, String> settingFacts(Comparison comparison, RunRecord first, TaskData data) {
        Map<String, String> facts = PageFacts.settings(first.identity());
        facts.put("method", String.join(", ", comparison.methods()));
        facts.put("seed", comparison.seeds().toString());
        facts.putAll(PageFacts.data(data));
        return facts;
    }
}
