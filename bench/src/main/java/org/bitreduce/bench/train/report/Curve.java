// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.train.report;

import java.util.ArrayList;
import java.util.List;
import org.bitreduce.bench.train.History;
import org.bitreduce.bench.train.History.Column;

/**
 * A run's progress as points to draw.
 *
 * @param silent whether nothing was sent, so that x is the step
 * @param x megabytes sent by the rank so far, or the step
 * @param losses mean training loss since the point before
 * @param epochs x at the end of each epoch
 * @param accuracies test accuracy there, in per cent
 */
record Curve(boolean silent, List<Double> x, List<Double> losses, List<Double> epochs, List<Double> accuracies) {

    /** {@return a curve of about so many points} */
    static Curve of(History history, long examplesPerStep, int points) {
        boolean silent = history.sum(0, history.steps(), Column.BYTES) == 0;
        Curve curve = new Curve(silent, new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        int stride = Math.max(1, history.steps() / points);
        int perEpoch = history.steps() / history.epochs().size();
        double sent = 0;
        int from = 0;
        for (int step = 0; step < history.steps(); step++) {
            sent += history.get(step, Column.BYTES);
            double at = silent ? step + 1 : sent / 1e6;
            if ((step + 1) % stride == 0) {
                double loss = history.sum(from, step + 1, Column.LOSS_SUM) / examplesPerStep / (step + 1 - from);
                curve.x.add(at);
                curve.losses.add(loss);
                from = step + 1;
            }
            if ((step + 1) % perEpoch == 0) {
                curve.epochs.add(at);
                curve.accuracies.add(
                        100 * history.epochs().get((step + 1) / perEpoch - 1).testAccuracy());
            }
        }
        return curve;
    }
}
