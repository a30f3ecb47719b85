// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.train;

import org.apache.commons.statistics.distribution.TDistribution;

/**
 * The difference of two series that belong together pair by pair, with Student's 95 % confidence interval.
 *
 * @param mean of the differences
 * @param halfWidth of the interval; NaN for a single pair
 * @param pairs number of pairs
 */
record PairedDifference(double mean, double halfWidth, int pairs) {

    private static final double UPPER = 0.975;

    /** {@return the interval of {@code a[i] - b[i]}} */
    static PairedDifference of(double[] a, double[] b) {
        if (a.length != b.length || a.length == 0) {
            throw new IllegalArgumentException("pairs are needed: first=%d, second=%d".formatted(a.length, b.length));
        }
        double[] differences = new double[a.length];
        for (int i = 0; i < a.length; i++) {
            differences[i] = a[i] - b[i];
        }
        double deviation = standardDeviation(differences);
        double factor =
                a.length < 2 ? Double.NaN : TDistribution.of(a.length - 1).inverseCumulativeProbability(UPPER);
        return new PairedDifference(mean(differences), factor * deviation / Math.sqrt(a.length), a.length);
    }

    static double mean(double[] values) {
        double sum = 0;
        for (double value : values) {
            sum += value;
        }
        return sum / values.length;
    }

    /** {@return the sample's standard deviation, with n - 1; NaN for one value} */
    static double standardDeviation(double[] values) {
        double mean = mean(values);
        double squares = 0;
        for (double value : values) {
            squares += (value - mean) * (value - mean);
        }
        return Math.sqrt(squares / (values.length - 1));
    }

    /** {@return whether 0 lies outside the interval} */
    boolean isSignificant() {
        return Math.abs(mean) > halfWidth;
    }
}
