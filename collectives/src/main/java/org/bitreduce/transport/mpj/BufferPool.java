// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.transport.mpj;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import org.bitreduce.TransportException;

/**
 * Memory of one transport, by size. The garbage collector frees it: MPJ may still hold a receive that was posted and
 * never came, and nobody can take that back. Confined like its transport.
 */
final class BufferPool {

    private static final long ALIGNMENT = 64;

    private final Map<Long, ArrayDeque<MemorySegment>> free = new HashMap<>();

    MpjBuffer allocate(long bytes) {
        long size = sizeClass(MpjBuffer.footprint(bytes));
        ArrayDeque<MemorySegment> same = free.get(size);
        MemorySegment memory = same == null ? null : same.poll();
        if (memory != null) {
            memory.fill((byte) 0);
        } else {
            memory = allocateNative(size, bytes);
        }
        return new MpjBuffer(memory, bytes, this);
    }

    void giveBack(MpjBuffer buffer) {
        MemorySegment memory = buffer.memory();
        free.computeIfAbsent(memory.byteSize(), size -> new ArrayDeque<>()).push(memory);
    }

    void clear() {
        free.clear();
    }

    /** {@return {@code bytes} rounded up by at most an eighth, so that buffers of nearly the same size are shared} */
    static long sizeClass(long bytes) {
        long step = Math.max(ALIGNMENT, Long.highestOneBit(bytes) >>> 3);
        return (bytes + step - 1) / step * step;
    }

    private static MemorySegment allocateNative(long size, long wanted) {
        try {
            return Arena.ofAuto().allocate(size, ALIGNMENT);
        } catch (OutOfMemoryError e) {
            throw new TransportException(
                    "no native memory left for a message buffer: wanted bytes=" + wanted
                            + "; give the JVM more with -XX:MaxDirectMemorySize, or use smaller vectors",
                    e);
        }
    }
}
