// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.dqsgd;

/** Binary logarithms that are the same on every machine, and exact for powers of two. */
final class Log2 {

    private static final double LN2 = StrictMath.log(2);

    private Log2() {}

    /**
     * {@return the binary logarithm}
     *
     * @param x positive and finite
     */
    static double of(double x) {
        int exponent = Math.max(Math.getExponent(x), Double.MIN_EXPONENT);
        return exponent + StrictMath.log(Math.scalb(x, -exponent)) / LN2;
    }
}
