// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.transport.tcp;

import org.bitreduce.transport.NativePool;

/** Memory for what one peer sends before its receive is posted. Confined like its transport. */
final class Stash {

    private final NativePool<Block> pool;
    private final long limit;
    private long used;

    /**
     * Begins empty.
     *
     * @param limit bytes above which it counts as full
     */
    Stash(NativePool<Block> pool, long limit) {
        this.pool = pool;
        this.limit = limit;
    }

    /** {@return whether a message would lead above the limit} An empty stash takes any message. */
    boolean isFullFor(long length) {
        return used > 0 && used + length > limit;
    }

    /** {@return memory for a message, whether there is room or not} */
    Block take(long length) {
        Block block = pool.take(length);
        used += block.memory().byteSize();
        return block;
    }

    void give(Block block) {
        long size = block.memory().byteSize();
        used -= size;
        pool.give(block, size);
    }

    long used() {
        return used;
    }
}
