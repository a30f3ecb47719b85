// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.algorithm;

import java.lang.foreign.MemorySegment;
import org.bitreduce.ElementType;

/**
 * Elements travel as they are, from each owner to everybody.
 *
 * @param type of the elements
 * @param layout whose they are
 * @param rank this rank
 * @param input this rank's elements, from the beginning of its part
 * @param output everybody's
 */
record PlainGathering(ElementType type, Layout layout, int rank, MemorySegment input, MemorySegment output)
        implements GatherArithmetic {

    @Override
    public long resultBytes(long count) {
        return count * type.bytes();
    }

    @Override
    public void finish(long first, long count, MemorySegment message, long payload) {
        long at = (first - layout.start(rank)) * type.bytes();
        MemorySegment.copy(input, at, message, payload, count * type.bytes());
    }

    @Override
    public void deliver(int owner, long first, long count, MemorySegment message, long payload) {
        MemorySegment.copy(message, payload, output, first * type.bytes(), count * type.bytes());
    }
}
