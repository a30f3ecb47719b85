// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench;

import java.util.List;

/**
 * A 95 % interval for the median of what values are drawn from, made of two of them.
 *
 * @param low lower end
 * @param high upper end
 */
public record MedianInterval(double low, double high) {

    /** Half of what a 95 % interval leaves out. */
    private static final double TAIL = 0.025;

    /**
     * {@return the interval of a sample} See {@link #rank}.
     *
     * @param sample in any order, at least one
     */
    public static MedianInterval of(List<Double> sample) {
        List<Double> sorted = sample.stream().sorted().toList();
        int rank = rank(sorted.size());
        return new MedianInterval(sorted.get(rank - 1), sorted.get(sorted.size() - rank));
    }

    /**
     * {@return the rank, from 1, of the order statistic that begins a 95 % interval for the median} It ends as far from
     * the other side. The number of values below the true median is binomial with probability one half, whatever the
     * distribution; the rank is the greatest with at most 2.5 % of it below. Fewer than 6 values have no such interval:
     * it is 1 then, and least and greatest are the ends.
     *
     * @param values how many, at least 1
     */
    static int rank(int values) {
        if (values > 1000) {
            // The normal approximation is right to a rank or so here, and is rounded to the wider side.
            return Math.max(1, (int) Math.floor((values - 1.96 * Math.sqrt(values)) / 2));
        }
        double probability = Math.scalb(1.0, -values);
        double below = 0;
        int rank = 0;
        while (below + probability <= TAIL) {
            below += probability;
            probability *= (double) (values - rank) / (rank + 1);
            rank++;
        }
        return Math.max(1, rank);
    }
}
