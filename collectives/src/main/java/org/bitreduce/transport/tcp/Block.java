// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.transport.tcp;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/**
 * A piece of native memory with what reading and writing it needs, made once, so that messages make no garbage. Confined
 * like its transport.
 */
final class Block {

    private final MemorySegment memory;
    private final ByteBuffer view;
    private MemorySegment message;

    Block(ByteBuffer memory) {
        this.view = memory;
        this.memory = MemorySegment.ofBuffer(memory);
    }

    MemorySegment memory() {
        return memory;
    }

    /** {@return its bytes from {@code from} to {@code to}} The same object each time: for the next system call only. */
    ByteBuffer view(long from, long to) {
        return view.limit((int) to).position((int) from);
    }

    /** {@return its first bytes, for reading} */
    MemorySegment message(long length) {
        if (message == null || message.byteSize() != length) {
            message = memory.asSlice(0, length).asReadOnly();
        }
        return message;
    }
}
