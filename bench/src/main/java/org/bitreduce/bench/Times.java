// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench;

import org.HdrHistogram.Histogram;

/**
 * The times of a row's calls, and what is said of them in microseconds. The histogram has three digits, of which all
 * figures are made.
 *
 * @param histogram nanoseconds, one value per call, at least one
 */
record Times(Histogram histogram) {

    /** Half of what a 95 % interval leaves out. */
    private static final double TAIL = 0.025;

    /** {@return the times of calls in nanoseconds} */
    static Times of(long... nanos) {
        Histogram histogram = new Histogram(3);
        for (long nano : nanos) {
            histogram.recordValue(nano);
        }
        return new Times(histogram);
    }

    int count() {
        return (int) histogram.getTotalCount();
    }

    double min() {
        return histogram.getMinValue() / 1e3;
    }

    double mean() {
        return histogram.getMean() / 1e3;
    }

    double max() {
        return histogram.getMaxValue() / 1e3;
    }

    /** {@return the time within which so many percent of the calls were done, at least a nanosecond} */
    double percentile(double percent) {
        return Math.max(1, histogram.getValueAtPercentile(percent)) / 1e3;
    }

    /** {@return the lower end of a 95 % interval for the median} See {@link #medianRank}. */
    double medianLow() {
        return Math.min(percentile(50), percentile(100.0 * medianRank(count()) / count()));
    }

    /** {@return the upper end of a 95 % interval for the median} See {@link #medianRank}. */
    double medianHigh() {
        return Math.max(percentile(50), percentile(100.0 * (count() + 1 - medianRank(count())) / count()));
    }

    /**
     * {@return the rank, from 1, of the order statistic that begins a 95 % interval for the median} It ends as far from
     * the other side. The number of calls below the true median is binomial with probability one half, whatever the
     * distribution; the rank is the greatest with at most 2.5 % of it below. Fewer than 6 calls have no such interval:
     * it is 1 then, and least and greatest are the ends.
     *
     * @param calls how many, at least 1
     */
    static int medianRank(int calls) {
        if (calls > 1000) {
            // The normal approximation is right to a rank or so here, and is rounded to the wider side.
            return Math.max(1, (int) Math.floor((calls - 1.96 * Math.sqrt(calls)) / 2));
        }
        double probability = Math.scalb(1.0, -calls);
        double below = 0;
        int rank = 0;
        while (below + probability <= TAIL) {
            below += probability;
            probability *= (double) (calls - rank) / (rank + 1);
            rank++;
        }
        return Math.max(1, rank);
    }
}
