// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.codec;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * The segments of several ranks that a kernel adds up in one pass, and the kernel's working memory: made once, used for
 * chunk after chunk. Mutable; confined to one thread at a time. Segments are not owned.
 */
public final class Sources {

    /** Bytes of {@link #piece}. */
    static final int PIECE = VectorReduce.PIECE;

    private final MemorySegment[] segments;
    private final long[] addresses;
    private final float[] steps;
    private MemorySegment piece;
    private long offset;

    /**
     * Makes room.
     *
     * @param ranks how many segments there can be
     */
    public Sources(int ranks) {
        segments = new MemorySegment[ranks];
        addresses = new long[ranks];
        steps = new float[ranks * PackedLayout.ROWS];
    }

    /**
     * Sets the segment of a rank.
     *
     * @param rank 0 to the number of ranks - 1
     * @param segment alive until it has been added
     */
    public void set(int rank, MemorySegment segment) {
        segments[rank] = segment;
    }

    /**
     * {@return the segment of a rank}
     *
     * @param rank whose has been set
     */
    public MemorySegment get(int rank) {
        return segments[rank];
    }

    /** {@return whether vectors may read all segments of ranks [{@code from}, {@code to})} */
    boolean canRead(int from, int to) {
        for (int rank = from; rank < to; rank++) {
            if (!Lanes.canRead(segments[rank])) {
                return false;
            }
        }
        return true;
    }

    /** Checks a range of every segment and finds where it begins, as {@link Lanes#at}. */
    void locate(int from, int to, long offset, long bytes) {
        this.offset = offset;
        for (int rank = from; rank < to; rank++) {
            addresses[rank] = Lanes.at(segments[rank], offset, bytes);
        }
    }

    /** Keeps what was located from being freed, as {@link Lanes#keepAlive}. */
    void keepAlive(int from, int to) {
        for (int rank = from; rank < to; rank++) {
            Lanes.keepAlive(segments[rank], segments[rank]);
        }
    }

    /** {@return the segments themselves, by rank} */
    MemorySegment[] segments() {
        return segments;
    }

    /** {@return where the located ranges begin, by rank} */
    long[] addresses() {
        return addresses;
    }

    /** {@return where the located ranges begin in their segments} */
    long offset() {
        return offset;
    }

    /** {@return room for sums that must not be written before all ranks have been read} */
    MemorySegment piece() {
        if (piece == null) {
            piece = Arena.ofAuto().allocate(PIECE, 64);
        }
        return piece;
    }

    /** {@return room for the steps of a block's rows, rank by rank} */
    float[] steps() {
        return steps;
    }
}
