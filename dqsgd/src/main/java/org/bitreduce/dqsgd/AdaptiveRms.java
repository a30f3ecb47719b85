// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.dqsgd;

import java.util.SequencedMap;
import org.bitreduce.AgreedStatistics;
import org.bitreduce.Codec;

/**
 * The baseline "Adaptive" of DQ-SGD's Table 1 (Oland and Raj, ICASSP 2015): more bits for a gradient of larger root mean
 * square. The constants of the original are not public; this form keeps the distance between levels the same at all
 * steps, so that a gradient twice as large gets one bit more:
 *
 * <pre>{@code
 * B_n = B + log2 rms_n - mean over j <= n of log2 rms_j
 * }</pre>
 *
 * rounded, and clamped to 2 to 16. The root mean square is that over all ranks' elements. A step without information
 * (zero, or not finite) gets 2 bits and is left out of the mean.
 */
public final class AdaptiveRms extends CountingController {

    private final double usualBits;
    private final BitRounding rounding;
    private double logs;
    private double seen;
    private double carry;

    /**
     * Makes a controller.
     *
     * @param usualBits bits at the geometric mean of the root mean squares so far, 2 to 16
     * @param codec norm, bucket and rounding; its width is not used
     * @param rounding of the width
     */
    public AdaptiveRms(double usualBits, Codec codec, BitRounding rounding) {
        super("adaptive:%s bit-rounding=%s; %s".formatted(usualBits, rounding, codec), codec, MIN_BITS, MAX_BITS);
        this.usualBits = MethodKind.ADAPTIVE.requireParameter(usualBits);
        this.rounding = rounding;
    }

    @Override
    int bits(AgreedStatistics agreed) {
        // The number of elements is the same at all steps, so the norms' ratio is that of the root mean squares.
        double norm = agreed.rmsNorm();
        if (!(norm > 0) || norm == Double.POSITIVE_INFINITY) {
            return MIN_BITS;
        }
        double log = Log2.of(norm);
        logs += log;
        seen++;
        double real = Math.max(1, usualBits + log - logs / seen) + carry;
        double whole = rounding.apply(real);
        carry = rounding.carry(real, whole);
        return (int) Math.clamp(whole, MIN_BITS, MAX_BITS);
    }

    @Override
    void save(SequencedMap<String, Double> state) {
        state.put("log2_norm_sum", logs);
        state.put("norms_seen", seen);
        state.put("carry", carry);
    }

    @Override
    void restore(SequencedMap<String, Double> state) {
        logs = state.get("log2_norm_sum");
        seen = state.get("norms_seen");
        carry = state.get("carry");
    }

    @Override
    long mixState(long hash) {
        long mixed = mix(hash, Double.doubleToLongBits(logs));
        return mix(mix(mixed, Double.doubleToLongBits(seen)), Double.doubleToLongBits(carry));
    }
}
