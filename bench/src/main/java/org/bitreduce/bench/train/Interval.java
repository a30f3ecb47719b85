// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.train;

import org.apache.commons.statistics.distribution.TDistribution;

/**
 * A mean with Student's 95 % confidence interval.
 *
 * @param mean of the values
 * @param halfWidth of the interval; NaN for a single value
 * @param count number of values
 */
record Interval(double mean, double halfWidth, int count) {

    private static final double UPPER = 0.975;

    /** {@return the interval of a mean, of at least one value} */
    static Interval of(double... values) {
        if (values.length == 0) {
            throw new IllegalArgumentException("a mean needs values: values=0");
        }
        double factor = values.length < 2
                ? Double.NaN
                : TDistribution.of(values.length - 1).inverseCumulativeProbability(UPPER);
        double halfWidth = factor * standardDeviation(values) / Math.sqrt(values.length);
        return new Interval(mean(values), halfWidth, values.length);
    }

    /** {@return the interval of {@code a[i] - b[i]}, of two series that belong together pair by pair} */
    static Interval ofDifferences(double[] a, double[] b) {
        if (a.length != b.length) {
            throw new IllegalArgumentException("pairs are needed: first=%d, second=%d".formatted(a.length, b.length));
        }
        double[] differences = new double[a.length];
        for (int i = 0; i < a.length; i++) {
            differences[i] = a[i] - b[i];
        }
        return of(differences);
    }

    static double mean(double... values) {
        double sum = 0;
        for (double value : values) {
            sum += value;
        }
        return sum / values.length;
    }

    /** {@return the sample's standard deviation, with n - 1; NaN for one value} */
    static double standardDeviation(double... values) {
        double mean = mean(values);
        double squares = 0;
        for (double value : values) {
            squares += (value - mean) * (value - mean);
        }
        return Math.sqrt(squares / (values.length - 1));
    }

    /** {@return what the interval of a difference says where more is better} */
    Verdict whereMoreIsBetter() {
        if (Double.isNaN(halfWidth)) {
            return Verdict.ONE_SEED;
        }
        if (Math.abs(mean) <= halfWidth) {
            return Verdict.NONE_SHOWN;
        }
        return mean > 0 ? Verdict.BETTER : Verdict.WORSE;
    }

    /** {@return what the interval of a difference says where less is better} */
    Verdict whereLessIsBetter() {
        return new Interval(-mean, halfWidth, count).whereMoreIsBetter();
    }

    /** What can be said of a difference. */
    enum Verdict {
        /** The interval lies on the good side of 0. */
        BETTER("better"),
        /** The interval lies on the bad side of 0. */
        WORSE("worse"),
        /** The interval holds 0. */
        NONE_SHOWN("no difference shown"),
        /** There is no interval. */
        ONE_SEED("one seed shows nothing");

        private final String text;

        Verdict(String text) {
            this.text = text;
        }

        @Override
        public String toString() {
            return text;
        }
    }
}
