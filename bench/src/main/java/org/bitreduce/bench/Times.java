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

    /** {@return the lower end of a 95 % interval for the median} See {@link MedianInterval#rank}. */
    double medianLow() {
        return Math.min(percentile(50), percentile(100.0 * MedianInterval.rank(count()) / count()));
    }

    /** {@return the upper end of a 95 % interval for the median} See {@link MedianInterval#rank}. */
    double medianHigh() {
        return Math.max(percentile(50), percentile(100.0 * (count() + 1 - MedianInterval.rank(count())) / count()));
    }
}
