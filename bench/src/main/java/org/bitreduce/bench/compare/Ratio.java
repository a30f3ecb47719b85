// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.compare;

/**
 * A ratio of two medians with a 95 % interval, by the method of variance estimates recovery (Zou and Donner, Statistics in
 * Medicine 27, 2008) applied to logarithms: each side's interval tells how uncertain that side is, in either direction,
 * and the two uncertainties add up as squares. No distribution of the times is assumed.
 *
 * @param value the second median over the first
 * @param low lower end
 * @param high upper end
 */
record Ratio(double value, double low, double high) {

    /**
     * {@return the ratio of two medians}
     *
     * @param first what is compared with
     * @param second what is compared
     */
    static Ratio of(Median first, Median second) {
        double down = Math.hypot(Math.log(second.value() / second.low()), Math.log(first.high() / first.value()));
        double up = Math.hypot(Math.log(second.high() / second.value()), Math.log(first.value() / first.low()));
        double ratio = second.value() / first.value();
        return new Ratio(ratio, ratio * Math.exp(-down), ratio * Math.exp(up));
    }

    /** {@return what the interval allows to say} */
    Verdict verdict() {
        if (high < 1) {
            return Verdict.FASTER;
        }
        return low > 1 ? Verdict.SLOWER : Verdict.SAME;
    }

    /** What can be said of the second run. */
    enum Verdict {
        /** The whole interval lies below 1. */
        FASTER,
        /** The whole interval lies above 1. */
        SLOWER,
        /** The interval has 1 in it: no difference was shown. */
        SAME
    }
}
