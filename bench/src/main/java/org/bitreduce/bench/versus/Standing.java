// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.versus;

import java.util.List;

/**
 * How a side did at one size.
 *
 * @param side which
 * @param micros of each repetition: the median call, of the slowest rank each, in microseconds
 * @param iterations calls per repetition
 * @param wrong elements that are further off than they may be
 * @param sentBytes bytes that a rank sent per call, 0 if unknown
 * @param othersCores processors that the other sides kept busy meanwhile: 0 if they waited as they should
 * @param foreignCores processors that neither the sides nor this process kept busy
 */
record Standing(
        Side side,
        List<Double> micros,
        int iterations,
        long wrong,
        double sentBytes,
        double othersCores,
        double foreignCores) {}
