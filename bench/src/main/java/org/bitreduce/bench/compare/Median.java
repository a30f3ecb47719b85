// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.compare;

/**
 * A median and a 95 % interval for it, as a row has them.
 *
 * @param value microseconds, positive
 * @param low lower end of the interval, positive, at most the value
 * @param high upper end, at least the value
 */
record Median(double value, double low, double high) {

    Median {
        if (!(low > 0 && low <= value && value <= high && high < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(
                    "a median must lie in its interval, and all be positive: p50_low_us=%s, p50_us=%s, p50_high_us=%s"
                            .formatted(low, value, high));
        }
    }
}
