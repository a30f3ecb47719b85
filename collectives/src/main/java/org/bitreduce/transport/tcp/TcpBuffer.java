// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.transport.tcp;

import java.lang.foreign.MemorySegment;
import org.bitreduce.transport.MessageBuffer;
import org.bitreduce.transport.NativePool;

/** Memory that the user of the transport has allocated, or brought. */
final class TcpBuffer implements MessageBuffer {

    private final NativePool<Block> pool;
    private final boolean pooled;
    private Block block;

    TcpBuffer(NativePool<Block> pool, long bytes) {
        this.pool = pool;
        this.pooled = true;
        block = pool.take(bytes);
        block.memory().fill((byte) 0);
    }

    /** Memory that somebody else owns, native, of at most {@link TcpTransport#LONGEST_MESSAGE} bytes. */
    TcpBuffer(NativePool<Block> pool, MemorySegment foreign) {
        this.pool = pool;
        this.pooled = false;
        block = new Block(foreign.asByteBuffer());
    }

    @Override
    public MemorySegment segment() {
        return block.memory();
    }

    Block block() {
        return block;
    }

    /** {@return whether it is from this pool and not closed} */
    boolean isUsable(NativePool<Block> asked) {
        return pool == asked && block != null;
    }

    @Override
    public void close() {
        if (block != null && pooled) {
            pool.give(block, block.memory().byteSize());
        }
        block = null;
    }
}
