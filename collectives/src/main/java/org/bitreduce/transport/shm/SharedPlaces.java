// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.transport.shm;

import java.lang.foreign.MemorySegment;
import java.util.function.IntFunction;
import org.bitreduce.transport.Board;
import org.bitreduce.transport.InPlaceMemory;
import org.bitreduce.transport.TrafficCounter;

/** Memory of other ranks by number of segment and offset. */
final class SharedPlaces implements InPlaceMemory {

    private static final int OFFSET_BITS = 40;
    private static final long OFFSET_MASK = (1L << OFFSET_BITS) - 1;

    private final BufferPool pool;
    private final Inbox[] inboxes;
    private final TrafficCounter traffic;
    private final int rank;
    private final SharedBoards boards;

    SharedPlaces(
            BufferPool pool,
            Inbox[] inboxes,
            TrafficCounter traffic,
            int rank,
            Bells bells,
            IntFunction<String> names) {
        this.pool = pool;
        this.inboxes = inboxes;
        this.traffic = traffic;
        this.rank = rank;
        this.boards = new SharedBoards(pool, this, bells, traffic, names);
    }

    SharedBoards boards() {
        return boards;
    }

    @Override
    public long locate(MemorySegment own) {
        int index = pool.segmentOf(own);
        if (index < 0) {
            return NOWHERE;
        }
        return (long) index << OFFSET_BITS | own.address() - pool.segment(index).address();
    }

    @Override
    public MemorySegment view(int peer, long place, long bytes) {
        long offset = place & OFFSET_MASK;
        return inboxes[peer]
                .segments()
                .require((int) (place >>> OFFSET_BITS), offset, bytes, 1)
                .asSlice(offset, bytes);
    }

    /** {@return the same, to be read only, and without garbage if it has been asked for before} */
    MemorySegment message(int peer, long place, long bytes) {
        return inboxes[peer].segments().message((int) (place >>> OFFSET_BITS), place & OFFSET_MASK, bytes);
    }

    @Override
    public void countRead(long bytes) {
        traffic.sentInPlace(bytes);
    }

    @Override
    public Board board(int[] members, long recordBytes) {
        int self = 0;
        while (members[self] != rank) {
            self++;
        }
        return boards.make(members, self, recordBytes);
    }
}
