// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.dqsgd;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.bitreduce.AgreedStatistics;
import org.bitreduce.Codec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Adaptive, AdaQS and widths in turn. */
@Timeout(30)
class BaselineControllerTest {

    private static final Codec CODEC = Codec.uniform(2);

    @ParameterizedTest
    @ValueSource(doubles = {2, 2.5, 2.1, 3.75, 15.9, 16})
    void widthsInTurnKeepTheAverageAtEveryStep(double average) {
        AlternatingBits controller = new AlternatingBits("turn", average, CODEC);
        for (int n = 1; n <= 400; n++) {
            int bits = Steps.next(controller, n);
            assertTrue(bits == Math.floor(average) || bits == Math.ceil(average), "bits=" + bits);
            assertEquals(Math.floor(n * average), controller.averageBits() * n, 1e-9);
        }
    }

    @Test
    void adaptiveGivesABitPerDoubling() {
        AdaptiveRms controller = new AdaptiveRms(4, CODEC, BitRounding.ROUND);
        // Mean logarithms 0, 1, 1/3, -1/4, 3/5: 4, 5, 2.67, 2.25, 7.4 bits.
        assertArrayEquals(new int[] {4, 5, 3, 2, 7}, Steps.run(controller, 1, 4, 0.5, 0.25, 16));
        assertArrayEquals(new int[] {2, 2, 2}, Steps.run(controller, 0, Double.NaN, Double.POSITIVE_INFINITY));
        assertEquals(5.0, controller.state().get("norms_seen"));
    }

    @Test
    void adaptiveKeepsItsBitsUnderAConstantNormAndClamps() {
        AdaptiveRms controller = new AdaptiveRms(4.5, CODEC, BitRounding.DIFFUSE);
        double[] norms = new double[100];
        Arrays.fill(norms, 3);
        Steps.run(controller, norms);
        assertEquals(4.5, controller.averageBits(), 0.01);
        assertArrayEquals(new int[] {16, 2}, Steps.run(controller, 1e30, 1e-30));
    }

    /** Gradients of known signal and noise: the ratio falls to an eighth, so the widths rise by three bits. */
    @Test
    void adaqsGivesABitWhereTheRatioHalves() {
        int ranks = 8;
        int count = 4_000;
        SplittableRandom random = new SplittableRandom(3);
        AdaQs controller = new AdaQs(3, CODEC, BitRounding.ROUND);
        int bits = 0;
        for (int step = 0; step < 400; step++) {
            double signal = step < 100 ? 2 : 0.25;
            double squares = 0;
            float[] mean = new float[count];
            for (int r = 0; r < ranks; r++) {
                for (int i = 0; i < count; i++) {
                    double value = signal + random.nextGaussian();
                    squares += value * value;
                    mean[i] += (float) (value / ranks);
                }
            }
            bits = controller
                    .choose(AgreedStatistics.of(ranks, step, count, 5, Math.sqrt(squares / ranks)))
                    .bits();
            controller.learn(MemorySegment.ofArray(mean));
            if (step <= 100) {
                assertEquals(3, bits, "step=" + step);
            }
        }
        assertEquals(6, bits);
        assertEquals(1, controller.state().get("first_log2_ratio"), 0.05);
        assertEquals(-2, controller.state().get("log2_ratio"), 0.1);
    }

    @Test
    void adaqsKeepsItsBitsWhereNothingCanBeLearnt() {
        AdaQs alone = new AdaQs(5, CODEC, BitRounding.ROUND);
        AdaQs blind = new AdaQs(5, CODEC, BitRounding.ROUND);
        for (int step = 0; step < 50; step++) {
            assertEquals(
                    5,
                    alone.choose(AgreedStatistics.of(1, step, 2, 1, Math.sqrt(2)))
                            .bits());
            alone.learn(MemorySegment.ofArray(new float[] {1, 1}));
            alone.learn(MemorySegment.ofArray(new float[] {Float.NaN, 1}));
            assertEquals(
                    5, blind.choose(AgreedStatistics.of(4, step, 2, 1, step)).bits());
        }
    }
}
