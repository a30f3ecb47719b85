// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.transport.shm;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.bitreduce.CorruptFrameException;

/** The segments of one other rank, opened when they are first named or noticed. Confined to one thread. */
final class PeerSegments {

    /** A power of two, some times the messages that can be under way. */
    private static final int RECENT = 512;
    /** Neighbours in which a message may be found: with one alone, two that come in turn might always drive each other out. */
    private static final int WAYS = 8;

    private final SegmentStore store;
    private final ControlRegion control;
    private final int rank;
    private final int owner;
    private final List<MemorySegment> segments = new ArrayList<>();
    /** Messages by a hash of their place: the same buffers come again and again, and should make no garbage. */
    private final MemorySegment[] recent = new MemorySegment[RECENT];

    private int victim;

    PeerSegments(SegmentStore store, ControlRegion control, int rank, int owner) {
        this.store = store;
        this.control = control;
        this.rank = rank;
        this.owner = owner;
    }

    /** {@return whose segments these are} */
    int owner() {
        return owner;
    }

    /** Opens what the owner has made since the last call. */
    void openNew() {
        int announced = control.segments(owner);
        if (segments.size() >= announced) {
            return;
        }
        while (segments.size() < announced) {
            segments.add(store.open(owner, segments.size()));
        }
        control.setMappedCount(rank, owner, announced);
    }

    /**
     * {@return the segment that a descriptor names} Believes nothing before it is checked.
     *
     * @throws CorruptFrameException if the run does not lie in an announced segment of the owner
     */
    MemorySegment require(int index, long offset, long length) {
        return require(index, offset, length, ControlLayout.LINE_BYTES);
    }

    /** {@return a message, to be read only} Its place is checked like that of {@link #require}. */
    MemorySegment message(int index, long offset, long length) {
        MemorySegment segment = require(index, offset, length);
        long place = offset / ControlLayout.LINE_BYTES;
        int first = (int) (place ^ place >>> 8 ^ place >>> 16 ^ length ^ index * 37L) & (RECENT - 1) & -WAYS;
        for (int way = 0; way < WAYS; way++) {
            MemorySegment known = recent[first + way];
            if (known != null && known.address() == segment.address() + offset && known.byteSize() == length) {
                return known;
            }
        }
        MemorySegment fresh = segment.asSlice(offset, length).asReadOnly();
        recent[first + (victim++ & (WAYS - 1))] = fresh;
        return fresh;
    }

    /** {@return the segment in which a run of that alignment lies} */
    MemorySegment require(int index, long offset, long length, long alignment) {
        if (index >= segments.size()) {
            openNew();
        }
        if (index < 0 || index >= segments.size()) {
            throw corrupt("segment=%d of %d".formatted(index, segments.size()));
        }
        MemorySegment segment = segments.get(index);
        if (length < 1 || offset < 0 || offset % alignment != 0 || length > segment.byteSize() - offset) {
            throw corrupt("segment=%d of %d bytes, offset=%d, length=%d"
                    .formatted(index, segment.byteSize(), offset, length));
        }
        return segment;
    }

    private CorruptFrameException corrupt(String what) {
        return new CorruptFrameException("rank %d got a descriptor from rank %d that names no memory of that rank: %s"
                .formatted(control.number(rank), control.number(owner), what));
    }
}
