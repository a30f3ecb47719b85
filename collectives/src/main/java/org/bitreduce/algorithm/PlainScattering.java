// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.algorithm;

import java.lang.foreign.MemorySegment;
import org.bitreduce.ElementType;

/**
 * Elements travel as they are, from the root to the rank that they are for.
 *
 * @param type of the elements
 * @param layout whose they are
 * @param rank this rank
 * @param input everybody's elements, on the root
 * @param output this rank's
 */
record PlainScattering(ElementType type, Layout layout, int rank, MemorySegment input, MemorySegment output)
        implements GatherArithmetic {

    @Override
    public long resultBytes(long count) {
        return count * type.bytes();
    }

    @Override
    public void finish(long first, long count, MemorySegment message, long payload) {
        MemorySegment.copy(input, first * type.bytes(), message, payload, count * type.bytes());
    }

    @Override
    public void deliver(int owner, long first, long count, MemorySegment message, long payload) {
        long at = (first - layout.start(rank)) * type.bytes();
        MemorySegment.copy(message, payload, output, at, count * type.bytes());
    }
}
