// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench;

/** Counts what a verification finds. Mutable; confined to a thread. */
final class ErrorTally {

    private long wrong;
    private double squaredError;
    private double squaredNorm;
    private double maxError;

    /**
     * Judges an element.
     *
     * @param actual what the collective gave
     * @param exact what it should give without rounding
     * @param bound greatest error that the mode permits, not negative
     */
    void add(float actual, double exact, double bound) {
        double error = Math.abs(actual - exact);
        squaredError += error * error;
        squaredNorm += exact * exact;
        maxError = Math.max(maxError, error);
        if (!(error <= bound)) { // a NaN is wrong too
            wrong++;
        }
    }

    /**
     * Counts elements that are wrong whatever they are worth.
     *
     * @param count how many
     */
    void addWrong(long count) {
        wrong += count;
    }

    /** {@return elements outside their bound} */
    long wrong() {
        return wrong;
    }

    /** {@return the sum of squared errors} */
    double squaredError() {
        return squaredError;
    }

    /** {@return the sum of squares of the exact elements} */
    double squaredNorm() {
        return squaredNorm;
    }

    /** {@return the greatest error of an element} */
    double maxError() {
        return maxError;
    }
}
