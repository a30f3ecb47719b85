// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.dqsgd;

import java.util.SequencedMap;

/**
 * What the norms to come are expected to be, as the binary logarithm of their geometric mean: Holt's double exponential
 * smoothing, a level and a trend. The level alone lags behind a falling norm, takes each step for smaller than what
 * follows, and starves the beginning, where most of the error is made. The trend is believed for {@value #HORIZON} steps
 * when it falls, and half when it rises: norms seldom do for long.
 */
final class NormForecast {

    private static final double WINDOW = 32;
    private static final double HORIZON = 32;

    private double level;
    private double trend;
    private double seen;

    /**
     * Learns a norm.
     *
     * @param log2Norm finite
     */
    void add(double log2Norm) {
        seen = Math.min(seen + 1, WINDOW);
        double predicted = seen == 1 ? log2Norm : level + trend;
        double next = predicted + (log2Norm - predicted) * 2 / (seen + 1);
        if (seen > 1) {
            trend += (next - level - trend) / WINDOW;
        }
        level = next;
    }

    /**
     * {@return the forecast}
     *
     * @param stepsLeft the present one included
     */
    double log2Norm(double stepsLeft) {
        double change = trend * Math.min(HORIZON, (stepsLeft - 1) / 2);
        return level + (change > 0 ? change / 2 : change);
    }

    void save(SequencedMap<String, Double> state) {
        state.put("log2_norm_level", level);
        state.put("log2_norm_trend", trend);
        state.put("norms_seen", seen);
    }

    void restore(SequencedMap<String, Double> state) {
        level = state.get("log2_norm_level");
        trend = state.get("log2_norm_trend");
        seen = state.get("norms_seen");
    }

    long mix(long hash) {
        long mixed = CountingController.mix(hash, Double.doubleToLongBits(level));
        mixed = CountingController.mix(mixed, Double.doubleToLongBits(trend));
        return CountingController.mix(mixed, Double.doubleToLongBits(seen));
    }
}
