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
 * @param layout whose elements they are
 * @param vectors of each rank that owns elements
 * @param ownOnly whether a rank's vector holds its own elements only, else all elements at their places
 * @param output everybody's elements
 */
record InPlaceGathering(
        Channel channel,
        ElementType type,
        Layout layout,
        List<MemorySegment> vectors,
        boolean ownOnly,
        MemorySegment output)
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
        long from = (first - (ownOnly ? layout.start(owner) : 0)) * type.bytes();
        long to = first * type.bytes();
        boolean there = owner == channel.rank() && vectors.get(owner).address() + from == output.address() + to;
        if (!there) {
            MemorySegment.copy(vectors.get(owner), from, output, to, count * type.bytes());
        }
    }
}
