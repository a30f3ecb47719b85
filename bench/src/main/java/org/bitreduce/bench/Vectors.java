// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench;

import java.lang.foreign.MemorySegment;
import org.bitreduce.Communicator;

/**
 * The memory of one size's cases, shared by them: they run in turns.
 *
 * @param data where all ranks' values come from
 * @param source this rank's vector; never written by a case
 * @param target where results go
 */
record Vectors(BenchData data, MemorySegment source, MemorySegment target) {

    /**
     * Allocates the vectors of the largest size.
     *
     * @param world whose memory peers can read in place
     * @param data what to fill the source with
     * @param bytes a multiple of 4
     */
    static Vectors allocate(Communicator world, BenchData data, long bytes) {
        Vectors vectors = new Vectors(data, world.allocate(bytes), world.allocate(bytes));
        data.fill(vectors.source, world.rank());
        return vectors;
    }

    /**
     * {@return the beginning of both}
     *
     * @param count elements
     */
    Vectors first(long count) {
        long bytes = count * Float.BYTES;
        return new Vectors(data, source.asSlice(0, bytes), target.asSlice(0, bytes));
    }
}
