// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.dqsgd;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BitScheduleTest {

    private static final double[] NORMS = {8, 6, 5, 4};
    private static final double ALPHA = 0.81;

    @Test
    void equation18GivesTheKnownWidths() {
        double[] bits = BitSchedule.realBits(2, ALPHA, NORMS);
        assertArrayEquals(new double[] {4.52326, 4.28511, 4.18587, 4.03562}, bits, 5e-6);
        assertEquals(17.02986, Arrays.stream(bits).sum(), 5e-6);
    }

    @Test
    void solvesForAnAverageOfFourBits() {
        double k = BitSchedule.solveK(4, ALPHA, NORMS);
        assertEquals(1.634628, k, 5e-7);
        double[] bits = BitSchedule.realBits(k, ALPHA, NORMS);
        assertArrayEquals(new double[] {4.26000, 4.02678, 3.92984, 3.78339}, bits, 5e-6);
        assertEquals(1.848149, BitSchedule.error(ALPHA, bits, NORMS), 5e-7);
        assertEquals(1.915956, BitSchedule.error(ALPHA, new double[] {4, 4, 4, 4}, NORMS), 5e-7);
    }

    @Test
    void solvesForAnAverageOfSixBits() {
        double k = BitSchedule.solveK(6, ALPHA, NORMS);
        assertEquals(7.245388, k, 5e-7);
        double[] bits = BitSchedule.realBits(k, ALPHA, NORMS);
        assertArrayEquals(new double[] {6.28650, 6.03084, 5.92333, 5.75934}, bits, 5e-6);
        assertEquals(0.0940701, BitSchedule.error(ALPHA, bits, NORMS), 5e-8);
        assertEquals(0.0976918, BitSchedule.error(ALPHA, new double[] {6, 6, 6, 6}, NORMS), 5e-8);
    }

    @Test
    void closedFormIsNearTheExactOptimum() {
        double closed = BitSchedule.error(ALPHA, BitSchedule.realBits(1.634628, ALPHA, NORMS), NORMS);
        double optimum = 1.847900;
        assertTrue(closed >= optimum && closed < optimum * 1.0005, () -> "closed=" + closed);
    }

    @ParameterizedTest
    @CsvSource({"0.99, 100, 1.0426", "0.9, 100, 18.41", "0.99, 1000, 15.14"})
    void gainOverFixedWidthsIsArithmeticOverGeometricMean(double alpha, int steps, double expected) {
        double[] norms = new double[steps];
        Arrays.fill(norms, 3);
        assertEquals(expected, BitSchedule.gain(alpha, norms), expected * 3e-4);
    }

    @Test
    void dualKMeetsItsErrorBoundWithEquality() {
        double k = BitSchedule.dualK(3, 1, 100, 0.1, 1e-3);
        assertEquals(15.8114, k, 5e-5);
        double error = 0;
        for (int n = 0; n < 3; n++) {
            double weight = Math.pow(ALPHA, 2 - n) * NORMS[n] * NORMS[n];
            error += weight / (k * k * weight);
        }
        assertEquals(1e-3, 100 * 0.01 / 12 * error, 1e-12);
    }

    @Test
    void constantLinearRateNeedsNoDynamics() {
        double[] norms = new double[50];
        for (int n = 0; n < norms.length; n++) {
            norms[n] = 100 * Math.pow(0.9, n / 2.0);
        }
        double[] bits = BitSchedule.realBits(1, 0.9, norms);
        for (double width : bits) {
            assertEquals(bits[0], width, 1e-9);
        }
    }

    @ParameterizedTest
    @CsvSource({"1", "2", "100", "1000", "100000"})
    void defaultAlphaRaisesWidthsByHalfABitOverAnyRun(long steps) {
        double alpha = BitSchedule.defaultAlpha(steps);
        assertEquals(0.5, -Log2.of(alpha) * steps / 2, 1e-9);
    }

    @Test
    void logarithmIsExactForPowersOfTwo() {
        for (int exponent = -1022; exponent <= 1023; exponent++) {
            assertEquals(exponent, Log2.of(Math.scalb(1.0, exponent)));
        }
        assertEquals(-1074, Log2.of(Double.MIN_VALUE), 1e-9);
        assertEquals(Math.log(10) / Math.log(2), Log2.of(10), 1e-15);
    }

    @Test
    void refusesWhatHasNoSolution() {
        assertThrows(IllegalArgumentException.class, () -> BitSchedule.solveK(4, 0.9, 0, 0));
        assertThrows(IllegalArgumentException.class, () -> BitSchedule.solveK(4, 0.9, Double.NaN));
        assertThrows(IllegalArgumentException.class, () -> BitSchedule.solveK(1, 0.9, 1));
        assertThrows(IllegalArgumentException.class, () -> BitSchedule.solveK(4, 1.1, 1));
        assertThrows(IllegalArgumentException.class, () -> BitSchedule.dualK(3, 1, 100, 0.1, 0));
    }
}
