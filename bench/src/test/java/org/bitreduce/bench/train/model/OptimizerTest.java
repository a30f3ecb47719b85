// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.train.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.foreign.MemorySegment;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class OptimizerTest {

    @Test
    void stepFollowsTheFormulaBitForBit() {
        SplittableRandom random = new SplittableRandom(11);
        int count = 1_003;
        float[] weights = new float[count];
        float[] velocity = new float[count];
        for (int i = 0; i < count; i++) {
            weights[i] = (float) random.nextDouble(-1, 1);
        }
        float[] expectedWeights = weights.clone();
        float[] expectedVelocity = velocity.clone();
        Momentum optimizer = new Momentum(0.9f, 1e-3f);
        for (int step = 0; step < 5; step++) {
            float[] gradient = new float[count];
            for (int i = 0; i < count; i++) {
                gradient[i] = (float) random.nextDouble(-1, 1);
                float slope = gradient[i] + 1e-3f * expectedWeights[i];
                expectedVelocity[i] = 0.9f * expectedVelocity[i] + slope;
                expectedWeights[i] = expectedWeights[i] - 0.25f * expectedVelocity[i];
            }
            optimizer.step(
                    MemorySegment.ofArray(weights),
                    MemorySegment.ofArray(velocity),
                    MemorySegment.ofArray(gradient),
                    0.25f);
        }
        assertArrayEquals(expectedWeights, weights);
        assertArrayEquals(expectedVelocity, velocity);
    }

    @Test
    void learningRateWarmsUpAndFalls() {
        LearningRate rate = new LearningRate(2, 100);
        assertEquals(2.0 / 5, rate.at(0), 1e-6);
        assertEquals(2 * 0.96, rate.at(4), 1e-6);
        assertEquals(1.0, rate.at(50), 1e-6);
        assertEquals(0.02, rate.at(99), 1e-6);
        assertEquals(2, new LearningRate(2, 1).at(0), 1e-6);
    }

    @Test
    void rangesAreChecked() {
        assertThrows(IllegalArgumentException.class, () -> new Momentum(1, 0));
        assertThrows(IllegalArgumentException.class, () -> new Momentum(Float.NaN, 0));
        assertThrows(IllegalArgumentException.class, () -> new Momentum(0, -1));
        assertThrows(IllegalArgumentException.class, () -> new LearningRate(0, 1));
        assertThrows(IllegalArgumentException.class, () -> new LearningRate(1, 0));
    }
}
