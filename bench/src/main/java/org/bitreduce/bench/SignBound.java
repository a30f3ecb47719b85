// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench;

/**
 * What 1-bit codes make of a bucket: every element becomes plus or minus the mean magnitude. No draw has a part in it, so
 * the bound of an element's error is the error itself, and a little for the float arithmetic.
 */
final class SignBound {

    /** Room for the float arithmetic, relative to the scales. */
    private static final double SLACK = 0x1p-20;

    private final double[] sums;
    private double scales;

    /**
     * Begins with nothing added.
     *
     * @param elements of the bucket
     */
    SignBound(int elements) {
        sums = new double[elements];
    }

    /**
     * Adds a rank's rounded bucket.
     *
     * @param values as many as the bucket has
     */
    void add(double[] values) {
        double scale = mean(values);
        scales += scale;
        for (int i = 0; i < values.length; i++) {
            sums[i] += values[i] >= 0 ? scale : -scale;
        }
    }

    private static double mean(double[] values) {
        double sum = 0;
        for (double value : values) {
            sum += Math.abs(value);
        }
        return sum / values.length;
    }

    /**
     * Raises bounds by the error of what was added.
     *
     * @param exact the elements without rounding
     * @param bound of each, raised
     */
    void raise(double[] exact, double[] bound) {
        for (int i = 0; i < bound.length; i++) {
            bound[i] += Math.abs(sums[i] - exact[i]) + scales * SLACK;
        }
    }

    /**
     * Raises bounds by the error of what was added and then rounded to signs once more.
     *
     * @param exact the elements without rounding
     * @param bound of each, raised
     */
    void raiseTwice(double[] exact, double[] bound) {
        double scale = mean(sums);
        for (int i = 0; i < bound.length; i++) {
            double error = Math.abs((sums[i] >= 0 ? scale : -scale) - exact[i]);
            if (Math.abs(sums[i]) < scales * SLACK) {
                // Scales that all but cancel each other: the float sum may have either sign.
                error = scale + Math.abs(exact[i]);
            }
            bound[i] += error + scales * SLACK;
        }
    }
}
