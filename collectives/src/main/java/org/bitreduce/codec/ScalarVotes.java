// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.codec;

import static org.bitreduce.codec.PackedLayout.BLOCK;

import java.lang.foreign.MemorySegment;

/** Counts votes one at a time, as {@link Kernels#addVotes} says it. Stateless. */
final class ScalarVotes {

    private ScalarVotes() {}

    static void add(
            Sources packed,
            int from,
            int to,
            long packedOffset,
            long count,
            boolean set,
            MemorySegment counts,
            long countsOffset,
            int planes) {
        if (set) {
            long bytes = PackedLayout.packedBytes(Math.ceilDiv(count, BLOCK) * BLOCK, 1) * planes;
            counts.asSlice(countsOffset, bytes).fill((byte) 0);
        }
        for (long i = 0; i < count; i++) {
            int votes = get(counts, countsOffset, i, planes);
            for (int rank = from; rank < to; rank++) {
                votes += ScalarPacking.get(packed.get(rank), packedOffset, i, 1);
            }
            for (int plane = 0; plane < planes; plane++) {
                ScalarPacking.put(counts, plane(countsOffset, i, planes, plane), i % BLOCK, 1, votes >>> plane & 1);
            }
        }
    }

    static void decide(
            MemorySegment counts,
            long countsOffset,
            long count,
            int planes,
            int ranks,
            MemorySegment packed,
            long packedOffset) {
        int width = Kernels.voteWidth(ranks);
        ScalarPacking.clear(packed, packedOffset, count, width);
        for (long i = 0; i < count; i++) {
            int lead = Integer.compare(2 * get(counts, countsOffset, i, planes), ranks);
            ScalarPacking.put(packed, packedOffset, i, width, width == 1 ? (lead + 1) / 2 : lead + 1);
        }
    }

    private static int get(MemorySegment counts, long countsOffset, long index, int planes) {
        int votes = 0;
        for (int plane = 0; plane < planes; plane++) {
            votes |= ScalarPacking.get(counts, plane(countsOffset, index, planes, plane), index % BLOCK, 1) << plane;
        }
        return votes;
    }

    /** {@return where a plane of an element's block begins} */
    private static long plane(long countsOffset, long index, int planes, int plane) {
        return countsOffset + (index / BLOCK * planes + plane) * PackedLayout.packedBytes(BLOCK, 1);
    }
}
