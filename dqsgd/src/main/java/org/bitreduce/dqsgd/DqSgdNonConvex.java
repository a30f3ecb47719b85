// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.dqsgd;

import org.bitreduce.Codec;

/** DQ-SGD for non-convex losses (equation 20): {@code B = log2(t ||g|| + 1) + 1}. Needs no number of steps. */
public final class DqSgdNonConvex extends FormulaController {

    private final double t;

    /**
     * Makes a controller.
     *
     * @param t levels per sign and unit of norm, positive
     * @param codec norm, bucket and rounding; its width is not used
     * @param rounding of the width
     */
    public DqSgdNonConvex(double t, Codec codec, BitRounding rounding) {
        super("dqsgd-nonconvex:%s bit-rounding=%s; %s".formatted(t, rounding, codec), codec, rounding);
        this.t = requirePositive("t", t);
    }

    @Override
    double factor(long step) {
        return t;
    }
}
