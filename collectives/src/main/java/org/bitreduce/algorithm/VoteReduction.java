// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.algorithm;

import java.lang.foreign.MemorySegment;
import org.bitreduce.Codec;
import org.bitreduce.codec.Kernels;
import org.bitreduce.codec.PackedLayout;
import org.bitreduce.codec.Sources;

/**
 * The arithmetic of {@link org.bitreduce.Mode#VOTE}: every rank sends the signs of its elements, an owner counts them in
 * bit planes, and what all ranks write is which sign had the majority, 0 for a tie.
 *
 * @param quantizer the codec, 1 bit without scales
 * @param own this rank's vector
 * @param ranks how many there are
 * @param rank this rank
 * @param output receives the results of the whole vector
 * @param counts room for the counts of this rank's part, {@link #countsBytes}
 * @param parts who owns which elements
 */
record VoteReduction(
        Quantizer quantizer,
        Contribution own,
        int ranks,
        int rank,
        MemorySegment output,
        MemorySegment counts,
        Layout parts)
        implements AllReduceArithmetic {

    /** {@return bits of a count} */
    private static int planes(int ranks) {
        return Integer.SIZE - Integer.numberOfLeadingZeros(ranks);
    }

    /** {@return bytes of the counts of a part} */
    static long countsBytes(int ranks, Layout parts, int part) {
        long blocks = Math.ceilDiv(parts.length(part), PackedLayout.BLOCK);
        return PackedLayout.packedBytes(blocks * PackedLayout.BLOCK, planes(ranks));
    }

    /** Chunks begin at multiples of a block. */
    private long countsOffset(long first) {
        return PackedLayout.packedBytes(first - parts.start(rank), planes(ranks));
    }

    @Override
    public long contributionBytes(long count) {
        return PackedLayout.packedBytes(count, 1);
    }

    @Override
    public void contribute(long first, long count, MemorySegment message, long payload) {
        own.pack(first, count, message, payload);
    }

    @Override
    public void combine(Sources messages, int from, int to, long first, long count, long payload) {
        Kernels kernels = quantizer.kernels();
        kernels.addVotes(messages, from, to, payload, count, from == 0, counts, countsOffset(first), planes(ranks));
    }

    @Override
    public long resultBytes(long count) {
        return PackedLayout.packedBytes(count, Kernels.voteWidth(ranks));
    }

    @Override
    public void finish(long first, long count, MemorySegment message, long payload) {
        quantizer.kernels().decideVotes(counts, countsOffset(first), count, planes(ranks), ranks, message, payload);
    }

    @Override
    public void deliver(int owner, long first, long count, MemorySegment message, long payload) {
        int width = Kernels.voteWidth(ranks);
        quantizer
                .kernels()
                .unpack(
                        message,
                        payload,
                        count,
                        width,
                        width == 1 ? 2 : 1,
                        1,
                        own.unitNorm(),
                        0,
                        Codec.WHOLE_VECTOR,
                        1,
                        Kernels.Store.SET,
                        output,
                        first * Float.BYTES);
    }
}
