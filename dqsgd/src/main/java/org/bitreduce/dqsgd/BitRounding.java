// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.dqsgd;

/** How a real number of bits becomes a whole one. The papers do not say. */
public enum BitRounding {
    /** To the nearest, halves up. Keeps the average near the real one without state. */
    ROUND,
    /** Up: the step never gets fewer levels than the formula wants. */
    CEIL,
    /** To the nearest, and what was rounded away is added to the next step: the average is that of the real numbers. */
    DIFFUSE,
    /**
     * To the width with the least {@code 1 / s^2 + price * B}, at the price per bit for which the real number is best
     * among all real ones. A third bit removes eight ninths of the error that two bits leave, so widths go up early and
     * hardly ever down: swinging between two widths costs more than it gives.
     */
    LEAST_ERROR;

    private static final double LN2 = StrictMath.log(2);
    private static final int MAX_BITS = CountingController.MAX_BITS;

    /**
     * {@return the whole number, as a double so that nothing overflows}
     *
     * @param real wanted bits, more than 1, what was carried over included
     */
    double apply(double real) {
        return switch (this) {
            case ROUND, DIFFUSE -> Math.floor(real + 0.5);
            case CEIL -> Math.ceil(real);
            case LEAST_ERROR -> leastError(real);
        };
    }

    /** {@return what is carried over to the next step} */
    double carry(double real, double whole) {
        return this == DIFFUSE ? real - whole : 0;
    }

    private static int leastError(double real) {
        double levels = levels(real);
        // The derivative of 1 / s^2 by B, where ds/dB = (s + 1) ln 2; infinite for no levels at all.
        double price = 2 * LN2 * (levels + 1) / (levels * levels * levels);
        int bits = CountingController.MIN_BITS;
        while (bits < MAX_BITS && error(bits) - error(bits + 1) > price) {
            bits++;
        }
        return bits;
    }

    private static double error(int bits) {
        double levels = levels(bits);
        return 1 / (levels * levels);
    }

    /** {@return levels per sign of a real width} */
    static double levels(double bits) {
        return StrictMath.pow(2, bits - 1) - 1;
    }
}
