// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.algorithm;

import java.lang.foreign.MemorySegment;
import java.util.List;
import org.bitreduce.codec.Sources;

/**
 * Every rank reads its part of all vectors where they lie, and combines them in rank order. No messages: the agreement has
 * told that the vectors are complete. That they have been read is for another schedule to tell.
 */
final class InPlaceReduction implements Reducing {

    /** Elements whose sums are still in a cache when a mean divides them. */
    private static final long BLOCK = 1 << 15;

    private final Channel channel;
    private final PlainReduction arithmetic;
    private final Layout parts;
    private final Sources vectors;
    private final int rank;
    private final int size;
    private final int chunks;
    private final long bytesReadByOthers;

    private int combined;

    InPlaceReduction(Channel channel, PlainReduction arithmetic, Layout parts, List<MemorySegment> vectors) {
        this.channel = channel;
        this.arithmetic = arithmetic;
        this.parts = parts;
        this.rank = channel.rank();
        this.size = vectors.size();
        this.vectors = new Sources(size);
        for (int source = 0; source < size; source++) {
            this.vectors.set(source, vectors.get(source));
        }
        this.chunks = parts.chunks(rank);
        this.bytesReadByOthers = vectors.get(rank).byteSize()
                - parts.length(rank) * arithmetic.type().bytes();
        begin();
    }

    private void begin() {
        combined = 0;
        channel.countRead(bytesReadByOthers);
    }

    @Override
    public void restart() {
        begin();
    }

    @Override
    public boolean canRestart() {
        return true;
    }

    @Override
    public int combined() {
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
        long work = size * (end - first) * bytes();
        channel.meter().spend(Work.COMBINE, work);
        for (long at = first; at < end; at += BLOCK) {
            arithmetic.combine(vectors, 0, size, at, Math.min(BLOCK, end - at), at * bytes());
        }
        channel.meter().done(Work.COMBINE, work);
        combined++;
        channel.countCodec(started);
        return true;
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
