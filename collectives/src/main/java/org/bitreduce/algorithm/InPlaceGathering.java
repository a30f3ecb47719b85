// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.algorithm;

import java.lang.foreign.MemorySegment;
import java.util.List;
import org.bitreduce.ElementType;

/**
 * Elements are copied from where their owners have them; messages only tell when, and that they have been read.
 *
 * @param channel counts what peers read here
 * @param type of the elements
 * @param vectors of each rank, where it has its elements at their places
 * @param output everybody's elements
 */
record InPlaceGathering(Channel channel, ElementType type, List<MemorySegment> vectors, MemorySegment output)
        implements GatherArithmetic {

    @Override
    public long resultBytes(long count) {
        return 0;
    }

    @Override
    public void finish(long first, long count, MemorySegment message, long payload) {
        channel.countRead((channel.size() - 1) * count * type.bytes());
    }

    @Override
    public void deliver(int owner, long first, long count, MemorySegment message, long payload) {
        if (owner != channel.rank()) {
            long at = first * type.bytes();
            MemorySegment.copy(vectors.get(owner), at, output, at, count * type.bytes());
        }
    }
}
