// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.dqsgd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.util.SplittableRandom;
import java.util.function.IntToDoubleFunction;
import org.bitreduce.AgreedStatistics;
import org.bitreduce.Codec;
import org.bitreduce.Norm;
import org.bitreduce.Rounding;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class DqSgdErrorTest {

    private static final int COUNT = 1_500;
    private static final int STEPS = 300;

    /** Rounds really, and adds up error and energy with the weights of the bound. */
    private static double relativeError(DqSgdError controller, Codec codec, double alpha, IntToDoubleFunction size) {
        SplittableRandom random = new SplittableRandom(17);
        double error = 0;
        double energy = 0;
        for (int n = 0; n < STEPS; n++) {
            float[] gradient = new float[COUNT];
            double max = 0;
            double squares = 0;
            for (int i = 0; i < COUNT; i++) {
                // Parts of the vector are of different size, as layers are.
                double part = i < 500 ? 1 : 0.05;
                gradient[i] = (float) (size.applyAsDouble(n) * part * random.nextGaussian());
                max = Math.max(max, Math.abs(gradient[i]));
                squares += gradient[i] * gradient[i];
            }
            int levels = controller
                    .choose(AgreedStatistics.of(2, n, COUNT, max, Math.sqrt(squares)))
                    .levels();
            error = alpha * error + squaredError(gradient, codec, levels, random);
            energy = alpha * energy + squares;
            controller.learn(MemorySegment.ofArray(gradient));
        }
        return Math.sqrt(error / energy);
    }

    private static double squaredError(float[] gradient, Codec codec, int levels, SplittableRandom random) {
        int bucket = codec.isWholeVector() ? COUNT : 1 << codec.log2Bucket();
        double sum = 0;
        for (int from = 0; from < COUNT; from += bucket) {
            int to = Math.min(COUNT, from + bucket);
            double scale = 0;
            for (int i = from; i < to; i++) {
                scale = codec.norm() == Norm.MAX
                        ? Math.max(scale, Math.abs(gradient[i]))
                        : scale + gradient[i] * gradient[i];
            }
            scale = codec.norm() == Norm.MAX ? scale : Math.sqrt(scale);
            for (int i = from; i < to; i++) {
                double level = Math.abs(gradient[i]) / scale * levels;
                double rounded = Math.floor(level + random.nextDouble());
                sum += (rounded - level) * (rounded - level) * scale * scale / levels / levels;
            }
        }
        return sum;
    }

    @ParameterizedTest
    @CsvSource({"0.3, max, 9", "0.1, max, 9", "0.02, max, 9", "0.1, max, 63", "0.3, euclidean, 9", "0.1, euclidean, 63"
    })
    void theErrorStaysBelowTheBoundAndNearIt(double bound, String norm, int log2Bucket) {
        Norm order = norm.equals("max") ? Norm.MAX : Norm.EUCLIDEAN;
        Codec codec = new Codec(2, order, log2Bucket, Rounding.STOCHASTIC);
        double alpha = BitSchedule.defaultAlpha(STEPS);
        for (IntToDoubleFunction size : new IntToDoubleFunction[] {
            n -> 3, n -> 10 * Math.exp(-n / 60.0), n -> 1 + n / 30.0, n -> 2 + Math.sin(n / 5.0)
        }) {
            DqSgdError controller = new DqSgdError(bound, alpha, STEPS, codec);
            double found = relativeError(controller, codec, alpha, size);
            assertTrue(controller.relativeError() <= bound, "expected " + controller.relativeError());
            // What is really rounded scatters around what is expected.
            assertTrue(found <= 1.05 * bound, "found=" + found);
            assertTrue(controller.relativeError() > 0.5 * bound, "wasted: " + controller.relativeError());
        }
    }

    /** With one rounding of widths and all norms known, no fixed width that keeps the bound has fewer bits. */
    @ParameterizedTest
    @ValueSource(doubles = {0.3, 0.1, 0.03})
    void fallingNormsTakeFewerBitsThanTheFixedWidthThatKeepsTheBound(double bound) {
        Codec codec = new Codec(2, Norm.MAX, Codec.WHOLE_VECTOR, Rounding.STOCHASTIC);
        DqSgdError controller = new DqSgdError(bound, 1, STEPS, codec);
        double error = 0;
        double energy = 0;
        for (int n = 0; n < STEPS; n++) {
            double norm = 5 * Math.exp(-n / 40.0);
            controller.choose(AgreedStatistics.of(2, n, COUNT, norm / 10, norm));
            energy += norm * norm;
            error += COUNT * norm * norm / 100 / 6;
        }
        double fixed = 2;
        while (error / Math.pow(BitRounding.levels(fixed), 2) > bound * bound * energy) {
            fixed++;
        }
        assertTrue(controller.averageBits() < fixed, controller.averageBits() + " against " + fixed);
        assertTrue(controller.relativeError() <= bound, () -> "" + controller.relativeError());
    }

    @Test
    void aWeakerBoundTakesFewerBits() {
        double before = 17;
        for (double bound : new double[] {1e-6, 1e-3, 1e-2, 0.1, 10}) {
            DqSgdError controller = new DqSgdError(bound, 0.99, 50, Codec.uniform(2));
            for (int n = 0; n < 60; n++) {
                int bits = Steps.next(controller, n % 7 == 0 ? 0 : 1 + n);
                assertTrue(bits >= 2 && bits <= 16);
                assertTrue(n % 7 != 0 || bits == 2);
            }
            assertTrue(controller.averageBits() <= before);
            before = controller.averageBits();
        }
        assertEquals(2, before);
    }

    @Test
    void scaleRatioIsThatOfSquaredScales() {
        MemorySegment mean = MemorySegment.ofArray(new float[] {1, -4, 2, 1, -1});
        assertEquals((2 * 16 + 2 * 4 + 1) / (5 * 16.0), MeanVector.scaleRatio(mean, 2), 1e-15);
        assertEquals(1, MeanVector.scaleRatio(mean, 8));
        assertEquals(1, MeanVector.scaleRatio(MemorySegment.ofArray(new float[3]), 2));
        assertEquals(1, MeanVector.scaleRatio(MemorySegment.ofArray(new float[] {1, Float.NaN, 1}), 2));
        assertEquals(23, MeanVector.squaredNorm(mean));
    }

    @Test
    void refusesBoundsOutOfRange() {
        for (double bound : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
            assertThrows(IllegalArgumentException.class, () -> new DqSgdError(bound, 1, 10, Codec.uniform(2)));
        }
    }
}
