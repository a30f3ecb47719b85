// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.simulate;

import java.util.EnumMap;
import java.util.Map;
import org.bitreduce.algorithm.Work;

/**
 * How fast a rank works with numbers. Immutable.
 *
 * @param picosPerByte by kind of work, of elements before they are packed; work that is missing takes no time
 */
public record WorkRates(Map<Work, Double> picosPerByte) {

    /** Copies the map. */
    public WorkRates {
        picosPerByte = Map.copyOf(picosPerByte);
        picosPerByte.forEach((work, picos) -> {
            if (!(picos >= 0)) {
                throw new IllegalArgumentException("work takes time: %s=%f ps per byte".formatted(work, picos));
            }
        });
    }

    /** {@return work that takes no time} */
    public static WorkRates free() {
        return new WorkRates(Map.of());
    }

    /**
     * {@return the same rate for all work}
     *
     * @param gigabytesPerSecond in 10^9 bytes per second
     */
    public static WorkRates uniform(double gigabytesPerSecond) {
        if (!(gigabytesPerSecond > 0)) {
            throw new IllegalArgumentException("a rate must be positive: GB/s=" + gigabytesPerSecond);
        }
        Map<Work, Double> rates = new EnumMap<>(Work.class);
        for (Work work : Work.values()) {
            rates.put(work, 1000 / gigabytesPerSecond);
        }
        return new WorkRates(rates);
    }

    /**
     * {@return these rates when several ranks share a core}
     *
     * @param factor by which all work takes longer, at least 1
     */
    public WorkRates slower(double factor) {
        Map<Work, Double> rates = new EnumMap<>(Work.class);
        picosPerByte.forEach((work, picos) -> rates.put(work, picos * factor));
        return new WorkRates(rates);
    }

    /** {@return picoseconds per byte by the kinds' ordinals} */
    double[] byOrdinal() {
        double[] rates = new double[Work.values().length];
        picosPerByte.forEach((work, picos) -> rates[work.ordinal()] = picos);
        return rates;
    }
}
