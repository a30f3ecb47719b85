// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.transport.mpj;

import java.lang.foreign.MemorySegment;
import org.bitreduce.transport.NativePool;

/**
 * Memory of one transport. The garbage collector frees it: MPJ may still hold a receive that was posted and never came,
 * and nobody can take that back. Confined like its transport.
 */
final class BufferPool {

    private final NativePool<MemorySegment> memory = new NativePool<>(MemorySegment::ofBuffer);

    MpjBuffer allocate(long bytes) {
        MemorySegment piece = memory.take(MpjBuffer.footprint(bytes));
        piece.fill((byte) 0);
        return new MpjBuffer(piece, bytes, this);
    }

    void giveBack(MpjBuffer buffer) {
        memory.give(buffer.memory(), buffer.memory().byteSize());
    }

    void clear() {
        memory.clear();
    }
}
