// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.transport.shm;

import java.lang.foreign.MemorySegment;
import org.bitreduce.transport.InPlaceMemory;
import org.bitreduce.transport.TrafficCounter;

/** Memory of other ranks by number of segment and offset. */
final class SharedPlaces implements InPlaceMemory {

    private static final int OFFSET_BITS = 40;
    private static final long OFFSET_MASK = (1L << OFFSET_BITS) - 1;

    private final BufferPool pool;
    private final Inbox[] inboxes;
    private final TrafficCounter traffic;

    SharedPlaces(BufferPool pool, Inbox[] inboxes, TrafficCounter traffic) {
        this.pool = pool;
        this.inboxes = inboxes;
        this.traffic = traffic;
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

    @Override
    public void countRead(long bytes) {
        traffic.sentInPlace(bytes);
    }
}
