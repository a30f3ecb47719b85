// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.train.model;

import java.lang.foreign.MemorySegment;

/**
 * A part of a model whose gradient is complete at one moment of the backward pass.
 *
 * @param name for people
 * @param start its first float in the model's vectors
 * @param count its floats, at least 1
 */
public record Layer(String name, long start, long count) {

    /**
     * {@return this layer's part}
     *
     * @param vector the whole model's floats
     */
    public MemorySegment of(MemorySegment vector) {
        return vector.asSlice(start * Float.BYTES, count * Float.BYTES);
    }
}
