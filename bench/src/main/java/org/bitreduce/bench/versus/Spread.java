// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.versus;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Several measurements of one thing.
 *
 * @param min the least
 * @param median the middle one; of an even number the mean of the two in the middle
 * @param max the greatest
 */
public record Spread(
        @JsonProperty("min") double min,
        @JsonProperty("median") double median,
        @JsonProperty("max") double max) {

    /**
     * {@return the spread of numbers}
     *
     * @param values at least one
     */
    static Spread of(List<Double> values) {
        if (values.isEmpty()) {
            throw new IllegalArgumentException("there is no spread of no values");
        }
        List<Double> sorted = values.stream().sorted().toList();
        double middle = (sorted.get((sorted.size() - 1) / 2) + sorted.get(sorted.size() / 2)) / 2;
        return new Spread(sorted.getFirst(), middle, sorted.getLast());
    }

    /**
     * {@return the spread of quotients of what was measured in the same repetition}
     *
     * @param numerators one per repetition
     * @param denominators of the same repetitions, greater than 0
     */
    static Spread ofRatios(List<Double> numerators, List<Double> denominators) {
        if (numerators.size() != denominators.size()) {
            throw new IllegalArgumentException("ratios are of pairs: numerators=%d, denominators=%d"
                    .formatted(numerators.size(), denominators.size()));
        }
        return of(IntStream.range(0, numerators.size())
                .mapToObj(i -> numerators.get(i) / denominators.get(i))
                .toList());
    }
}
