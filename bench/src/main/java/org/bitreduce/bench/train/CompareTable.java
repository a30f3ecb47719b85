// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.train;

import java.util.List;
import java.util.Locale;

/** A comparison as text for people: accuracies by seed, means, verdicts. Stateless. */
final class CompareTable {

    /** What a reader of many intervals should know. */
    static final String CAUTION =
            "Intervals are Student's, 95 %, over paired seeds; of twenty pairs without a difference one is expected to show one.";

    private CompareTable() {}

    static String of(Comparison comparison) {
        StringBuilder text = new StringBuilder("test accuracy in %, by seed\n");
        int width = comparison.methods().stream()
                        .map(Comparison::label)
                        .mapToInt(String::length)
                        .max()
                        .orElse(0)
                + 1;
        width = Math.max(width, 12);
        text.append(String.format(Locale.ROOT, "%-6s", "seed"));
        for (String method : comparison.methods()) {
            text.append(String.format(Locale.ROOT, "%" + width + "s", Comparison.label(method)));
        }
        for (int i = 0; i < comparison.seeds().size(); i++) {
            text.append(String.format(Locale.ROOT, "%n%-6d", comparison.seeds().get(i)));
            for (String method : comparison.methods()) {
                text.append(String.format(
                        Locale.ROOT, "%" + width + ".2f", comparison.accuracies(method)[i]));
            }
        }
        text.append(String.format(
                Locale.ROOT,
                "%n%n%-" + width + "s %18s %20s %7s %12s %9s %8s%n",
                "method",
                "accuracy %",
                "training loss",
                "bits",
                "compression",
                "MB/rank",
                "seconds"));
        for (String method : comparison.methods()) {
            text.append(String.format(
                    Locale.ROOT,
                    "%-" + width + "s %18s %20s %7.3f %12.3f %9.1f %8.1f%n",
                    Comparison.label(method),
                    interval("%.3f", comparison.accuracy(method)),
                    interval("%.4f", comparison.loss(method)),
                    comparison.mean(method, RunRecord::averageBits),
                    comparison.mean(method, RunRecord::compressionRatio),
                    comparison.mean(method, RunRecord::megabytesPerRank),
                    comparison.mean(method, RunRecord::seconds)));
        }
        return text.append(verdicts(comparison)).toString();
    }

    private static String verdicts(Comparison comparison) {
        if (comparison.seeds().size() < 2) {
            return "\none seed shows no differences: take several by --seeds\n";
        }
        StringBuilder text = new StringBuilder();
        List<Comparison.Pair> pairs = comparison.pairs();
        section(
                text,
                "pairs that send equal bytes (within 1 %)",
                pairs.stream().filter(Comparison.Pair::equalBytes).toList());
        section(
                text,
                "other pairs",
                pairs.stream().filter(pair -> !pair.equalBytes()).toList());
        return text.append(CAUTION).append('\n').toString();
    }

    private static void section(StringBuilder text, String title, List<Comparison.Pair> pairs) {
        if (pairs.isEmpty()) {
            return;
        }
        text.append(
                String.format(Locale.ROOT, "%n%s: differences of accuracy in points, and of training loss%n", title));
        for (Comparison.Pair pair : pairs) {
            text.append(String.format(
                    Locale.ROOT,
                    "%-40s %18s %-21s %20s %s%n",
                    Comparison.label(pair.method()) + " - " + Comparison.label(pair.other()),
                    interval("%+.3f", pair.accuracy()),
                    pair.accuracyVerdict(),
                    interval("%+.4f", pair.loss()),
                    pair.lossVerdict()));
        }
    }

    /**
     * {@return a mean and the half of its interval, which one value does not have} Where an interval is too narrow for the
     * format's decimals, both have two digits and an exponent: a verdict on zeros would be a riddle.
     */
    static String interval(String format, Interval interval) {
        double half = interval.halfWidth();
        String shown = String.format(Locale.ROOT, format.replace("+", ""), half);
        if (half > 0 && Double.parseDouble(shown) == 0) {
            return interval(format.replaceFirst("\\.\\d+f", ".1e"), interval);
        }
        String mean = String.format(Locale.ROOT, format, interval.mean());
        return Double.isNaN(half) ? mean : mean + " \u00b1 " + shown;
    }
}
