// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.train.model;

import static org.bitreduce.bench.train.model.EmbeddingBagClassifier.FLOAT;

import java.lang.foreign.MemorySegment;

/**
 * Stochastic gradient descent with momentum and weight decay:
 *
 * <pre>{@code
 * v = momentum * v + (g + weightDecay * w)
 * w = w - rate * v
 * }</pre>
 *
 * element by element, in float, without fused multiply-add.
 *
 * @param momentum 0 to below 1
 * @param weightDecay at least 0
 */
public record Momentum(float momentum, float weightDecay) {

    /** Checks both ranges. */
    public Momentum {
        if (!(momentum >= 0 && momentum < 1)) {
            throw new IllegalArgumentException("momentum must be in [0, 1): momentum=" + momentum);
        }
        if (!(weightDecay >= 0 && weightDecay < 1)) {
            throw new IllegalArgumentException("weight decay must be in [0, 1): weight-decay=" + weightDecay);
        }
    }

    /**
     * Makes one step.
     *
     * @param parameters updated
     * @param velocity updated; zero before the first step
     * @param gradient read; all three have the same length and do not overlap
     * @param rate learning rate of this step
     */
    public void step(MemorySegment parameters, MemorySegment velocity, MemorySegment gradient, float rate) {
        long count = parameters.byteSize() / Float.BYTES;
        for (long i = 0; i < count; i++) {
            float weight = parameters.getAtIndex(FLOAT, i);
            float slope = gradient.getAtIndex(FLOAT, i) + weightDecay * weight;
            float speed = momentum * velocity.getAtIndex(FLOAT, i) + slope;
            velocity.setAtIndex(FLOAT, i, speed);
            parameters.setAtIndex(FLOAT, i, weight - rate * speed);
        }
    }
}
