// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.algorithm;

import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * Every rank reads its part of all vectors where they lie, and combines them in rank order. No messages: the agreement has
 * told that the vectors are complete. That they have been read is for another schedule to tell.
 */
final class InPlaceReduction implements Schedule {

    /** Elements whose sums stay in the first cache from the first vector to the last. */
    private static final long BLOCK = 2048;

    private final Channel channel;
    private final PlainReduction arithmetic;
    private final Layout parts;
    private final List<MemorySegment> vectors;
    private final MemorySegment ownBlock;
    private final int rank;
    private final int chunks;

    private int combined;

    InPlaceReduction(
            Channel channel, PlainReduction arithmetic, Layout parts, List<MemorySegment> vectors, Scratch scratch) {
        this.channel = channel;
        this.arithmetic = arithmetic;
        this.parts = parts;
        this.vectors = vectors;
        this.rank = channel.rank();
        this.chunks = parts.chunks(rank);
        this.ownBlock = scratch.integers(BLOCK * Long.BYTES);
        begin();
    }

    private void begin() {
        combined = 0;
        channel.countRead(vectors.get(rank).byteSize() - parts.length(rank) * bytes());
    }

    @Override
    public void restart() {
        begin();
    }

    @Override
    public boolean canRestart() {
        return true;
    }

    /** {@return the number of this rank's chunks that are complete} */
    int combined() {
        return combined;
    }

    @Override
    public boolean advance() {
        if (isDone()) {
            return false;
        }
        long started = System.nanoTime();
        long first = parts.chunkStart(rank, combined);
        long end = first + parts.chunkLength(rank, combined);
        for (long at = first; at < end; at += BLOCK) {
            combine(at, Math.min(BLOCK, end - at));
        }
        combined++;
        channel.countCodec(started);
        return true;
    }

    private void combine(long first, long count) {
        // Where input and output are the same, the first vector's elements overwrite this rank's before their turn.
        MemorySegment.copy(vectors.get(rank), first * bytes(), ownBlock, 0, count * bytes());
        for (int source = 0; source < vectors.size(); source++) {
            boolean own = source == rank;
            arithmetic.combine(source, first, count, own ? ownBlock : vectors.get(source), own ? 0 : first * bytes());
        }
    }

    private int bytes() {
        return arithmetic.type().bytes();
    }

    @Override
    public boolean isDone() {
        return combined == chunks;
    }

    @Override
    public String waitingFor(boolean[] ranks) {
        return Stage.name(Stage.SCATTER);
    }
}
