// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import java.lang.foreign.MemorySegment;
import org.bitreduce.codec.Draws;

/**
 * The vectors that benchmarks reduce: a function of seed, rank and index, so that every rank knows all of them. The
 * values look like a gradient: bell-shaped around zero, the sum of four uniform numbers.
 *
 * @param seed equal on all ranks
 */
record BenchData(long seed) {

    /** {@return an element, from -4 to 4} */
    float value(int rank, long index) {
        long hash = Draws.mix64(Draws.mix64(seed + 0x9e3779b97f4a7c15L * (rank + 1)) + index);
        long sum = (hash & 0xffff) + (hash >>> 16 & 0xffff) + (hash >>> 32 & 0xffff) + (hash >>> 48);
        return (sum - 2 * 0xffff) / 32_768f;
    }

    /**
     * Writes a rank's vector.
     *
     * @param vector floats, all of which are written
     * @param rank whose
     */
    void fill(MemorySegment vector, int rank) {
        long count = vector.byteSize() / Float.BYTES;
        for (long i = 0; i < count; i++) {
            vector.setAtIndex(JAVA_FLOAT, i, value(rank, i));
        }
    }
}
