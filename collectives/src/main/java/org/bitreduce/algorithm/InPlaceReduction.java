// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.algorithm;

import java.lang.foreign.MemorySegment;
import java.util.List;
import org.bitreduce.codec.Sources;

/**
 * Every rank reads its part of all vectors where they lie, combines them in rank order, and may write the results to other
 * ranks' outputs where those lie: then each element is read once and written once, and nobody fetches any. No messages: the
 * agreement has told that the vectors are complete. That they have been read and written is for another schedule to tell.
 */
final class InPlaceReduction implements Reducing {

    /** Bytes of sums, still in the first cache when a mean divides them, and when they are copied: a page. */
    private static final int BLOCK_BYTES = 4096;

    private final Channel channel;
    private final PlainReduction arithmetic;
    private final Layout parts;
    private final Sources vectors;
    private final List<MemorySegment> targets;
    private final int rank;
    private final int size;
    private final int chunks;
    private final long bytesForOthers;

    private int combined;

    /**
     * Prepares.
     *
     * @param vectors all ranks' inputs
     * @param targets the outputs of other ranks that get this rank's part, too
     */
    InPlaceReduction(
            Channel channel,
            PlainReduction arithmetic,
            Layout parts,
            List<MemorySegment> vectors,
            List<MemorySegment> targets) {
        this.channel = channel;
        this.arithmetic = arithmetic;
        this.parts = parts;
        this.targets = targets;
        this.rank = channel.rank();
        this.size = vectors.size();
        this.vectors = new Sources(size);
        for (int source = 0; source < size; source++) {
            this.vectors.set(source, vectors.get(source));
        }
        this.chunks = parts.chunks(rank);
        this.bytesForOthers = vectors.get(rank).byteSize() + (targets.size() - 1) * parts.length(rank) * bytes();
        begin();
    }

    private void begin() {
        combined = 0;
        channel.countRead(bytesForOthers);
    }

    @Override
    public void restart() {
        begin();
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
        long block = BLOCK_BYTES / bytes();
        for (long at = first; at < end; at += block) {
            long count = Math.min(block, end - at);
            arithmetic.combine(vectors, 0, size, at, count, at * bytes());
            copy(at, count);
        }
        channel.meter().done(Work.COMBINE, work);
        combined++;
        channel.countCodec(started);
        return true;
    }

    private void copy(long first, long count) {
        for (int i = 0; i < targets.size(); i++) { // without an iterator: a repetition makes no garbage
            MemorySegment.copy(
                    arithmetic.output(),
                    arithmetic.outputOffset(first),
                    targets.get(i),
                    first * bytes(),
                    count * bytes());
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
