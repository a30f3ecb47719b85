// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.dqsgd;

import org.bitreduce.Codec;

/**
 * DQ-SGD for strongly convex losses (equation 18): {@code B = log2(k alpha^((N-n)/2) ||g|| + 1) + 1} at step {@code n}
 * of {@code N}. Steps beyond the last count as step {@code N}.
 *
 * @see BitSchedule#solveK
 * @see BitSchedule#dualK
 */
public final class DqSgdK extends FormulaController {

    private final double k;
    private final double halfLog;
    private final long total;

    /**
     * Makes a controller.
     *
     * @param k levels per sign and unit of norm at the end of the run, positive
     * @param alpha weight of a step's error against the next step's, in (0, 1]
     * @param steps of the whole run, at least 1
     * @param codec norm, bucket and rounding; its width is not used
     * @param rounding of the width
     */
    public DqSgdK(double k, double alpha, long steps, Codec codec, BitRounding rounding) {
        super(
                "dqsgd-k:%s alpha=%s steps=%d bit-rounding=%s; %s".formatted(k, alpha, steps, rounding, codec),
                codec,
                rounding);
        this.k = requirePositive("k", k);
        this.halfLog = StrictMath.log(BitSchedule.requireAlpha(alpha)) / 2;
        this.total = BitSchedule.requireSteps(steps);
    }

    @Override
    double factor(long step) {
        return k * StrictMath.exp(halfLog * Math.max(total - step, 0));
    }
}
