// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.train;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.function.ToDoubleFunction;

/** Runs of several methods with the same seeds. Confined to one thread. */
final class Comparison {

    /** Methods whose bytes differ by no more than this share count as equal in bytes. */
    static final double EQUAL_BYTES = 0.01;

    /**
     * Two methods, compared seed by seed.
     *
     * @param method the one
     * @param other what it is compared with
     * @param accuracy difference of test accuracies, in points
     * @param loss difference of training losses over the last epoch
     * @param bytesRatio bytes sent by the one over those of the other; NaN where nothing is sent
     */
    record Pair(String method, String other, Interval accuracy, Interval loss, double bytesRatio) {

        boolean equalBytes() {
            return Math.abs(bytesRatio - 1) <= EQUAL_BYTES;
        }

        Interval.Verdict accuracyVerdict() {
            return accuracy.whereMoreIsBetter();
        }

        Interval.Verdict lossVerdict() {
            return loss.whereLessIsBetter();
        }
    }

    private final SequencedMap<String, List<RunRecord>> runs = new LinkedHashMap<>();
    private final List<Long> seeds = new ArrayList<>();

    /** Adds a run; runs of one seed are added for all methods before the next seed's. */
    void add(RunRecord run) {
        runs.computeIfAbsent(run.method(), name -> new ArrayList<>()).add(run);
        if (!seeds.contains(run.seed())) {
            seeds.add(run.seed());
        }
    }

    List<String> methods() {
        return List.copyOf(runs.keySet());
    }

    List<Long> seeds() {
        return List.copyOf(seeds);
    }

    /** {@return a method's name for people: error feedback, which is long, as {@code +ef}} */
    static String label(String method) {
        return method.replace("/error-feedback=true", " +ef").replace("/error-feedback=false", " -ef");
    }

    /** {@return a method's runs in the order of the seeds} */
    List<RunRecord> runs(String method) {
        return List.copyOf(runs.get(method));
    }

    /** {@return a number of each of a method's runs} */
    double[] values(String method, ToDoubleFunction<RunRecord> number) {
        return runs.get(method).stream().mapToDouble(number).toArray();
    }

    /** {@return the mean over the seeds} */
    double mean(String method, ToDoubleFunction<RunRecord> number) {
        return Interval.mean(values(method, number));
    }

    /** {@return test accuracies in per cent} */
    double[] accuracies(String method) {
        return values(method, run -> 100 * run.testAccuracy());
    }

    /** {@return test accuracy in per cent} */
    Interval accuracy(String method) {
        return Interval.of(accuracies(method));
    }

    /** {@return training loss over the last epoch} */
    Interval loss(String method) {
        return Interval.of(values(method, RunRecord::trainLoss));
    }

    /** {@return two methods, compared} */
    Pair pair(String method, String other) {
        return new Pair(
                method,
                other,
                Interval.ofDifferences(accuracies(method), accuracies(other)),
                Interval.ofDifferences(values(method, RunRecord::trainLoss), values(other, RunRecord::trainLoss)),
                mean(method, RunRecord::sentBytes) / mean(other, RunRecord::sentBytes));
    }

    /** {@return all pairs, each later method minus each earlier one} */
    List<Pair> pairs() {
        List<Pair> pairs = new ArrayList<>();
        for (int i = 1; i < methods().size(); i++) {
            for (int j = 0; j < i; j++) {
                pairs.add(pair(methods().get(i), methods().get(j)));
            }
        }
        return pairs;
    }
}
