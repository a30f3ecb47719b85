// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.train.report;

import java.util.ArrayList;
import java.util.List;
import org.bitreduce.bench.train.History;
import org.bitreduce.bench.train.History.Column;

/**
 * A run's progress as points to draw: means over windows of steps, so that a long run is not larger than a short one.
 *
 * @param silent whether nothing was sent, so that x is the step
 * @param x megabytes sent by the rank up to the end of each window, or the step
 * @param losses mean training loss of each window
 * @param steps last step of each window
 * @param bits mean bits per element of each window
 * @param norms mean greatest magnitude of the gradient in each window
 * @param epochs x at the end of each epoch
 * @param accuracies test accuracy there, in per cent
 */
public record Curve(
        boolean silent,
        List<Double> x,
        List<Double> losses,
        List<Double> steps,
        List<Double> bits,
        List<Double> norms,
        List<Double> epochs,
        List<Double> accuracies) {

    /**
     * {@return a curve of about so many points}
     *
     * @param history of a finished run
     * @param examplesPerStep of all ranks together
     * @param points at least 1
     */
    public static Curve of(History history, long examplesPerStep, int points) {
        boolean silent = history.sum(0, history.steps(), Column.BYTES) == 0;
        Curve curve = new Curve(
                silent,
                new ArrayList<>(),
                new ArrayList<>(),
                new ArrayList<>(),
                new ArrayList<>(),
                new ArrayList<>(),
                new ArrayList<>(),
                new ArrayList<>());
        int window = Math.max(1, history.steps() / points);
        for (int from = 0; from + window <= history.steps(); from += window) {
            int to = from + window;
            curve.x.add(position(history, silent, to));
            curve.losses.add(history.sum(from, to, Column.LOSS_SUM) / examplesPerStep / window);
            curve.steps.add((double) to);
            curve.bits.add(history.sum(from, to, Column.BITS) / window);
            curve.norms.add(history.sum(from, to, Column.NORM) / window);
        }
        int perEpoch = history.steps() / history.epochs().size();
        for (int epoch = 1; epoch <= history.epochs().size(); epoch++) {
            curve.epochs.add(position(history, silent, epoch * perEpoch));
            curve.accuracies.add(100 * history.epochs().get(epoch - 1).testAccuracy());
        }
        return curve;
    }

    /** {@return whether nothing was rounded} */
    public boolean isPlain() {
        return bits.stream().allMatch(width -> width >= Float.SIZE);
    }

    private static double position(History history, boolean silent, int step) {
        return silent ? step : history.sum(0, step, Column.BYTES) / 1e6;
    }
}
