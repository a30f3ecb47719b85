// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.transport.shm;

import java.lang.foreign.MemorySegment;
import org.bitreduce.transport.MessageBuffer;

/** A part of one of this rank's segments. Confined like its transport. */
final class SharedBuffer implements MessageBuffer {

    private final BufferPool pool;
    private final MemorySegment memory;
    private final int segmentIndex;
    private final long offset;
    private final long reservedBytes;
    private boolean closed;

    SharedBuffer(BufferPool pool, MemorySegment memory, int segmentIndex, long offset, long reservedBytes) {
        this.pool = pool;
        this.memory = memory;
        this.segmentIndex = segmentIndex;
        this.offset = offset;
        this.reservedBytes = reservedBytes;
    }

    @Override
    public MemorySegment segment() {
        return memory;
    }

    BufferPool pool() {
        return pool;
    }

    int segmentIndex() {
        return segmentIndex;
    }

    long offset() {
        return offset;
    }

    long reservedBytes() {
        return reservedBytes;
    }

    boolean isClosed() {
        return closed;
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            pool.free(this);
        }
    }
}
