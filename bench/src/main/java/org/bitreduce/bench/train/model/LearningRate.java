// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.train.model;

/**
 * Linear warm-up over the first twentieth of the steps, then a linear fall towards 0.
 *
 * @param greatest reached at the end of the warm-up, positive
 * @param steps of the whole run, at least 1
 */
public record LearningRate(double greatest, long steps) {

    /** Checks both ranges. */
    public LearningRate {
        if (!(greatest > 0 && greatest < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("the learning rate must be positive: lr=" + greatest);
        }
        if (steps < 1) {
            throw new IllegalArgumentException("a run has at least one step: steps=" + steps);
        }
    }

    /**
     * {@return the learning rate of a step}
     *
     * @param step from 0 to below steps
     */
    public float at(long step) {
        double warmUp = Math.max(1, steps / 20);
        double up = (step + 1) / warmUp;
        double down = (steps - step) / (double) steps;
        return (float) (greatest * Math.min(1, up) * down);
    }
}
