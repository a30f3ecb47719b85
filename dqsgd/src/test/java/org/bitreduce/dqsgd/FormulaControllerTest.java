// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.dqsgd;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.bitreduce.Codec;
import org.bitreduce.Norm;
import org.junit.jupiter.api.Test;

class FormulaControllerTest {

    private static final Codec CODEC = Codec.uniform(2);

    private static DqSgdK k(double k, double alpha, int steps, BitRounding rounding) {
        return new DqSgdK(k, alpha, steps, CODEC, rounding);
    }

    @Test
    void equation18RoundsAsAsked() {
        double[] norms = {8, 6, 5, 4};
        assertArrayEquals(new int[] {5, 5, 5, 5}, Steps.run(k(2, 0.81, 4, BitRounding.CEIL), norms));
        DqSgdK rounded = k(2, 0.81, 4, BitRounding.ROUND);
        assertArrayEquals(new int[] {5, 4, 4, 4}, Steps.run(rounded, norms));
        // The budget of the reference: 1000 elements, 32 bits for each norm.
        assertEquals(17_128, rounded.averageBits() * 4 * 1000 + 4 * 32);
    }

    @Test
    void diffusionKeepsTheAverageOfTheRealWidths() {
        double[] norms = new double[1000];
        Arrays.fill(norms, 8);
        DqSgdK controller = k(1.5, 1, 1000, BitRounding.DIFFUSE);
        Steps.run(controller, norms);
        assertEquals(Math.log(13) / Math.log(2) + 1, controller.averageBits(), 1e-3);
    }

    @Test
    void equation20IsExactForPowersOfTwo() {
        for (BitRounding rounding : new BitRounding[] {BitRounding.ROUND, BitRounding.CEIL, BitRounding.DIFFUSE}) {
            DqSgdNonConvex controller = new DqSgdNonConvex(1, CODEC, rounding);
            assertArrayEquals(new int[] {4, 3, 2}, Steps.run(controller, 7, 3, 1));
        }
    }

    @Test
    void leastErrorIsTheBestWholeWidthAtThePriceOfTheRealOne() {
        for (double real = 1.5; real < 9; real += 0.01) {
            double levels = Math.pow(2, real - 1) - 1;
            double price = 2 * Math.log(2) * (levels + 1) / Math.pow(levels, 3);
            double chosen = BitRounding.LEAST_ERROR.apply(real);
            double cost = Math.pow(Math.pow(2, chosen - 1) - 1, -2) + price * chosen;
            for (int bits = 2; bits <= 16; bits++) {
                double other = Math.pow(Math.pow(2, bits - 1) - 1, -2) + price * bits;
                assertTrue(cost <= other * (1 + 1e-12), "real=" + real + ", chosen=" + chosen + ", better=" + bits);
            }
        }
        assertEquals(16, BitRounding.LEAST_ERROR.apply(65));
        assertEquals(2, BitRounding.LEAST_ERROR.apply(1));
    }

    @Test
    void stepsBeyondTheLastCountAsTheLast() {
        DqSgdK controller = k(100, 0.5, 2, BitRounding.ROUND);
        // Factors 50, 70.7, 100, 100: 6.67, 7.16, 7.66 and 7.66 bits.
        assertArrayEquals(new int[] {7, 7, 8, 8}, Steps.run(controller, 1, 1, 1, 1));
    }

    @Test
    void clampsAndSurvivesStrangeNorms() {
        DqSgdNonConvex controller = new DqSgdNonConvex(1, CODEC, BitRounding.DIFFUSE);
        assertArrayEquals(
                new int[] {2, 16, 2, 2, 2, 16, 2},
                Steps.run(controller, 1e-30, 1e30, 0, Double.NaN, Double.POSITIVE_INFINITY, Double.MAX_VALUE, 1));
    }

    @Test
    void takesTheNormOfItsCodec() {
        Codec euclidean = new Codec(2, Norm.EUCLIDEAN, 9, CODEC.rounding());
        // Steps gives a rmsNorm of ten times the maxNorm: log2(70 + 1) + 1 is 7.15.
        assertEquals(7, Steps.next(new DqSgdNonConvex(1, euclidean, BitRounding.ROUND), 7));
        assertEquals(4, Steps.next(new DqSgdNonConvex(1, CODEC, BitRounding.ROUND), 7));
    }

    @Test
    void refusesSettingsOutOfRange() {
        assertThrows(IllegalArgumentException.class, () -> k(0, 0.9, 10, BitRounding.ROUND));
        assertThrows(IllegalArgumentException.class, () -> k(1, 0, 10, BitRounding.ROUND));
        assertThrows(IllegalArgumentException.class, () -> k(1, 1.01, 10, BitRounding.ROUND));
        assertThrows(IllegalArgumentException.class, () -> k(1, 0.9, 0, BitRounding.ROUND));
        assertThrows(IllegalArgumentException.class, () -> new DqSgdNonConvex(Double.NaN, CODEC, BitRounding.ROUND));
    }
}
