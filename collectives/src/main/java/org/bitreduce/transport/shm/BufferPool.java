// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.transport.shm;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.bitreduce.TransportException;

/**
 * The memory of one rank: segments that peers can open, made on demand, and the buffers cut from them. Confined to one
 * thread.
 */
final class BufferPool {

    private static final long ALIGNMENT = 64;
    private static final long SEGMENT_UNIT = 1 << 20;
    /** A segment is at least as big as all before it, up to this: few segments, and little memory that nobody uses. */
    private static final long MAX_GROWTH = 16L << 20;

    private final SegmentStore store;
    private final ControlRegion control;
    private final int rank;
    private final long limit;
    private final List<MemorySegment> segments = new ArrayList<>();
    private final List<Extents> free = new ArrayList<>();
    private long total;
    private int openedByAll;

    /** Begins without memory. {@code limit} bounds the sum of the segments' sizes in bytes. */
    BufferPool(SegmentStore store, ControlRegion control, int rank, long limit) {
        this.store = store;
        this.control = control;
        this.rank = rank;
        this.limit = limit;
    }

    /** {@return a new buffer of zeros} */
    SharedBuffer allocate(long bytes) {
        long rounded = Math.ceilDiv(bytes, ALIGNMENT) * ALIGNMENT;
        for (int i = 0; i < segments.size(); i++) {
            long offset = free.get(i).take(rounded);
            if (offset >= 0) {
                MemorySegment memory = segments.get(i).asSlice(offset, bytes);
                memory.fill((byte) 0);
                return new SharedBuffer(this, memory, i, offset, rounded);
            }
        }
        int index = grow(rounded);
        long offset = free.get(index).take(rounded);
        return new SharedBuffer(this, segments.get(index).asSlice(offset, bytes), index, offset, rounded);
    }

    void free(SharedBuffer buffer) {
        free.get(buffer.segmentIndex()).give(buffer.offset(), buffer.reservedBytes());
    }

    private int grow(long needed) {
        long growth = Math.clamp(total, SEGMENT_UNIT, MAX_GROWTH);
        long bytes = Math.max(Math.ceilDiv(needed, SEGMENT_UNIT) * SEGMENT_UNIT, growth);
        if (bytes > limit - total) {
            bytes = Math.ceilDiv(needed, SEGMENT_UNIT) * SEGMENT_UNIT;
        }
        if (bytes > limit - total) {
            throw new TransportException(
                    "rank %d has reached its memory limit: wanted=%d bytes, inUse=%d, limit=%d; close buffers that are no longer needed, or raise the limit"
                            .formatted(rank, needed, inUse(), limit));
        }
        int index = segments.size();
        MemorySegment segment = store.create(index, bytes);
        segments.add(segment);
        free.add(new Extents(bytes));
        total += bytes;
        control.announceSegments(rank, index + 1);
        return index;
    }

    private long inUse() {
        return total - free.stream().mapToLong(Extents::free).sum();
    }

    /** {@return one of this rank's own segments} */
    MemorySegment segment(int index) {
        return segments.get(index);
    }

    /** {@return the number of the segment that memory lies in; -1 if in none of this rank's} */
    int segmentOf(MemorySegment memory) {
        if (!memory.isNative()) {
            return -1;
        }
        for (int i = 0; i < segments.size(); i++) {
            MemorySegment segment = segments.get(i);
            long offset = memory.address() - segment.address();
            if (offset >= 0 && offset <= segment.byteSize() - memory.byteSize()) {
                return i;
            }
        }
        return -1;
    }

    /** Lets the store drop the names of segments that all ranks have opened. */
    void releaseNames() {
        while (openedByAll < segments.size() && isOpenedByAll(openedByAll)) {
            store.openedByAll(openedByAll);
            openedByAll++;
        }
    }

    private boolean isOpenedByAll(int index) {
        for (int peer = 0; peer < control.size(); peer++) {
            if (peer != rank && !control.hasClosed(peer) && control.mappedCount(peer, rank) <= index) {
                return false;
            }
        }
        return true;
    }
}
