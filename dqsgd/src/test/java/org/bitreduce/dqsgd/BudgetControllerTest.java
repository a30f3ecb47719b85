// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.dqsgd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.IntToDoubleFunction;
import org.bitreduce.Codec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BudgetControllerTest {

    private static final int[] LENGTHS = {20, 21, 50, 137, 500, 2000};

    private static BudgetController controller(double average, double alpha, int steps) {
        return controller(average, alpha, steps, BitRounding.LEAST_ERROR);
    }

    private static BudgetController controller(double average, double alpha, int steps, BitRounding rounding) {
        return new BudgetController(average, alpha, steps, 16, Codec.uniform(2), rounding);
    }

    private static double[] norms(int steps, IntToDoubleFunction norm) {
        double[] norms = new double[steps];
        Arrays.setAll(norms, norm);
        return norms;
    }

    /** Sequences that no forecast can follow. */
    private static double[][] wild(int steps, SplittableRandom random) {
        return new double[][] {
            norms(steps, n -> 1),
            norms(steps, n -> Math.exp(-n)),
            norms(steps, n -> Math.exp(Math.min(n, 600))),
            norms(steps, n -> Math.exp(random.nextGaussian())),
            norms(steps, n -> Math.exp(20 * random.nextGaussian())),
            norms(steps, n -> n % 2 == 0 ? 1e-30 : 1e30),
            norms(steps, n -> n % 7 == 0 ? 1 : 0),
            norms(steps, n -> n == steps / 2 ? Double.NaN : 2),
            norms(steps, n -> n < steps / 2 ? 1e20 : 0),
            norms(steps, n -> 10 * Math.pow(0.995, n) + 0.5 + 0.1 * random.nextDouble()),
            norms(steps, n -> 0),
        };
    }

    @ParameterizedTest
    @ValueSource(doubles = {2, 2.5, 3, 4, 6})
    void usesItsBudgetAndNeverMore(double average) {
        for (int steps : LENGTHS) {
            long seed = steps;
            double[][] sequences = wild(steps, new SplittableRandom(seed));
            for (double alpha : new double[] {1, 0.9995, 0.999, 0.99, 0.9, BitSchedule.defaultAlpha(steps)}) {
                for (int kind = 0; kind < sequences.length; kind++) {
                    for (BitRounding rounding : BitRounding.values()) {
                        BudgetController controller = controller(average, alpha, steps, rounding);
                        Steps.run(controller, sequences[kind]);
                        String where = "sequence=%d, seed=%d: used %s, %s"
                                .formatted(kind, seed, controller.averageBits(), controller);
                        assertTrue(controller.averageBits() <= average, where);
                        assertTrue(controller.averageBits() >= 0.97 * average, where);
                    }
                }
            }
        }
    }

    /**
     * The simulation of the closed form for many levels, 1000 steps of a constant norm at 4 bits. Ours has the + 1 in the
     * logarithm, which moves widths that are far from the average towards it, hence the tolerances.
     */
    @ParameterizedTest
    @CsvSource({
        "1, 4, 4, 4, 0",
        "0.9995, 3.82, 4, 4.2, 0.06",
        "0.999, 3.64, 4.0, 4.40, 0.11",
        "0.99, 2.0, 3.74, 7.24, 0.3"
    })
    void spendsMoreTowardsTheEndAsAlphaFalls(double alpha, double first, double middle, double last, double tolerance) {
        BudgetController controller = controller(4, alpha, 1000, BitRounding.DIFFUSE);
        int[] bits = Steps.run(controller, norms(1000, n -> 5));
        assertEquals(first, Steps.average(bits, 0, 50), tolerance, "first 50");
        assertEquals(middle, Steps.average(bits, 475, 525), tolerance, "middle 50");
        assertEquals(last, Steps.average(bits, 950, 1000), tolerance, "last 50");
        assertEquals(4.0, controller.averageBits());
    }

    @Test
    void givesABitMoreToTwiceTheNorm() {
        BudgetController controller = controller(6, 1, 2000, BitRounding.DIFFUSE);
        int[] bits = Steps.run(controller, norms(2000, n -> n % 2 == 0 ? 1 : 4));
        double low = 0;
        double high = 0;
        for (int n = 1000; n < 1900; n += 2) {
            low += bits[n] / 450.0;
            high += bits[n + 1] / 450.0;
        }
        assertEquals(2, high - low, 0.2);
    }

    /** Weighted error of the controller's widths over that of widths all equal to the average. */
    private static double againstFixed(int average, double alpha, double[] norms) {
        int[] bits = Steps.run(controller(average, alpha, norms.length), norms);
        double[] fixed = new double[norms.length];
        Arrays.fill(fixed, average);
        double[] real = Arrays.stream(bits).asDoubleStream().toArray();
        return BitSchedule.error(alpha, real, norms) / BitSchedule.error(alpha, fixed, norms);
    }

    /** Geometric mean of {@link #againstFixed} over 16 noisy runs around a course of the norm. */
    private static double againstFixed(int average, double noise, IntToDoubleFunction course) {
        double logs = 0;
        for (int seed = 0; seed < 16; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            double[] norms = norms(500, n -> course.applyAsDouble(n) * Math.exp(noise * random.nextGaussian()));
            logs += Math.log(againstFixed(average, 1, norms)) / 16;
        }
        return Math.exp(logs);
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 4, 6})
    void errsLessThanFixedWidthsOfTheSameBudget(int average) {
        double noisy = againstFixed(average, 0.5, n -> 1);
        double falling = againstFixed(average, 0.2, n -> 10 * Math.pow(0.99, n) + 0.5);
        double inverseRoot = againstFixed(average, 0.2, n -> 1 / Math.sqrt(1 + n / 5.0));
        double constant = againstFixed(average, BitSchedule.defaultAlpha(500), norms(500, n -> 3));
        String found =
                "noisy=%s, falling=%s, inverseRoot=%s, constant=%s".formatted(noisy, falling, inverseRoot, constant);
        assertTrue(noisy < 0.97 && falling < 0.85 && inverseRoot < 0.97, found);
        assertEquals(1, constant, 1e-12, found);
    }

    @Test
    void budgetOfTwoIsTwoBitsThroughout() {
        int[] bits = Steps.run(controller(2, 0.99, 100), norms(100, n -> 1 + n % 5));
        assertTrue(Arrays.stream(bits).allMatch(b -> b == 2), () -> Arrays.toString(bits));
    }

    @Test
    void keepsTheAverageBeyondTheLastStep() {
        BudgetController controller = controller(2.5, 1, 10);
        for (int n = 0; n < 200; n++) {
            Steps.next(controller, 1 + n % 3);
            if (n >= 9) {
                assertTrue(controller.averageBits() <= 2.5, controller::toString);
            }
        }
        assertTrue(controller.averageBits() > 2.45, controller::toString);
    }

    @Test
    void neverExceedsItsWidestCode() {
        BudgetController controller = new BudgetController(4, 1, 300, 7, Codec.uniform(2), BitRounding.ROUND);
        SplittableRandom random = new SplittableRandom(3);
        int[] bits = Steps.run(controller, norms(300, n -> Math.exp(9 * random.nextGaussian())));
        assertEquals(7, Arrays.stream(bits).max().orElseThrow());
        assertEquals(2, Arrays.stream(bits).min().orElseThrow());
    }

    @Test
    void refusesBudgetsThatNoWidthsCanMeet() {
        assertThrows(IllegalArgumentException.class, () -> controller(1.9, 1, 10));
        assertThrows(IllegalArgumentException.class, () -> controller(16.1, 1, 10));
        assertThrows(IllegalArgumentException.class, () -> controller(Double.NaN, 1, 10));
        assertThrows(IllegalArgumentException.class, () -> controller(4, 1, 0));
    }
}
