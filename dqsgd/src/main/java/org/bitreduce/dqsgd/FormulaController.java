// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.dqsgd;

import java.util.SequencedMap;
import org.bitreduce.AgreedStatistics;
import org.bitreduce.Codec;

/**
 * A closed form of DQ-SGD: {@code s = factor * ||g||} levels per sign, so {@code B = log2(factor * ||g|| + 1) + 1} bits,
 * rounded and clamped to 2 to 16. A norm that is zero or not finite gets 2 bits.
 */
abstract class FormulaController extends CountingController {

    private final BitRounding rounding;
    private double carry;

    FormulaController(String name, Codec codec, BitRounding rounding) {
        super(name, codec, MIN_BITS, MAX_BITS);
        this.rounding = rounding;
    }

    /**
     * {@return levels per sign and unit of norm}
     *
     * @param step from 0
     */
    abstract double factor(long step);

    @Override
    final int bits(AgreedStatistics agreed) {
        double norm = norm(agreed);
        if (!(norm > 0) || norm == Double.POSITIVE_INFINITY) {
            return MIN_BITS;
        }
        double real = Log2.of(Math.min(factor(steps()) * norm + 1, 0x1p64)) + 1 + carry;
        double whole = rounding.apply(real);
        carry = rounding.carry(real, whole);
        return (int) Math.clamp(whole, MIN_BITS, MAX_BITS);
    }

    @Override
    final void save(SequencedMap<String, Double> state) {
        state.put("carry", carry);
    }

    @Override
    final void restore(SequencedMap<String, Double> state) {
        carry = state.get("carry");
    }

    @Override
    final long mixState(long hash) {
        return mix(hash, Double.doubleToLongBits(carry));
    }

    static double requirePositive(String name, double value) {
        if (!(value > 0) || value == Double.POSITIVE_INFINITY) {
            throw new IllegalArgumentException("%s must be positive and finite: %s=%s".formatted(name, name, value));
        }
        return value;
    }
}
