// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.train;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.SequencedMap;
import java.util.function.ToDoubleFunction;

/** Runs of several methods with the same seeds. Confined to one thread. */
final class Comparison {

    private final SequencedMap<String, List<TrainResult>> runs = new LinkedHashMap<>();
    private final List<Long> seeds = new ArrayList<>();

    /** Adds a run; runs of one seed are added for all methods before the next seed's. */
    void add(String method, long seed, TrainResult result) {
        runs.computeIfAbsent(method, name -> new ArrayList<>()).add(result);
        if (!seeds.contains(seed)) {
            seeds.add(seed);
        }
    }

    List<String> methods() {
        return List.copyOf(runs.keySet());
    }

    List<Long> seeds() {
        return List.copyOf(seeds);
    }

    /** {@return a method's runs in the order of the seeds} */
    List<TrainResult> runs(String method) {
        return List.copyOf(runs.get(method));
    }

    /** {@return a number of each of a method's runs} */
    double[] values(String method, ToDoubleFunction<TrainResult> number) {
        return runs.get(method).stream().mapToDouble(number).toArray();
    }

    /** {@return test accuracies in per cent} */
    double[] accuracies(String method) {
        return values(method, run -> 100 * run.last().testAccuracy());
    }

    /** {@return the difference of two methods' test accuracies in points} */
    PairedDifference difference(String method, String other) {
        return PairedDifference.of(accuracies(method), accuracies(other));
    }

    /** {@return tables for people: accuracies by seed, means, paired differences} */
    String table() {
        StringBuilder text = new StringBuilder("test accuracy in %, by seed\n");
        text.append(String.format(Locale.ROOT, "%-6s", "seed"));
        methods().forEach(method -> text.append(String.format(Locale.ROOT, " %16s", method)));
        for (int i = 0; i < seeds.size(); i++) {
            text.append(String.format(Locale.ROOT, "%n%-6d", seeds.get(i)));
            for (String method : methods()) {
                text.append(String.format(Locale.ROOT, " %16.2f", accuracies(method)[i]));
            }
        }
        text.append(String.format(
                Locale.ROOT,
                "%n%n%-16s %12s %8s %13s %12s %9s%n",
                "method",
                "accuracy %",
                "s.d.",
                "average bits",
                "compression",
                "seconds"));
        for (String method : methods()) {
            text.append(String.format(
                    Locale.ROOT,
                    "%-16s %12.3f %8.3f %13.3f %12.3f %9.1f%n",
                    method,
                    PairedDifference.mean(accuracies(method)),
                    PairedDifference.standardDeviation(accuracies(method)),
                    PairedDifference.mean(values(method, TrainResult::averageBits)),
                    PairedDifference.mean(values(method, TrainResult::compressionRatio)),
                    PairedDifference.mean(values(method, TrainResult::seconds))));
        }
        return text.append(differences()).toString();
    }

    private String differences() {
        if (seeds.size() < 2) {
            return "\none seed shows no differences: take several by --seeds\n";
        }
        StringBuilder text = new StringBuilder("\npaired differences of accuracy in points, 95 % t-interval\n");
        for (int i = 1; i < methods().size(); i++) {
            for (int j = 0; j < i; j++) {
                String method = methods().get(i);
                String other = methods().get(j);
                PairedDifference difference = difference(method, other);
                text.append(String.format(
                        Locale.ROOT,
                        "%-36s %+8.3f +- %.3f  %s%n",
                        method + " - " + other,
                        difference.mean(),
                        difference.halfWidth(),
                        difference.isSignificant() ? "differ" : "no difference shown"));
            }
        }
        return text.toString();
    }
}
