// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.transport.shm;

import java.util.ArrayDeque;

/**
 * The words in which receivers say that they are through with a message: blocks of one cache line per rank, used again
 * and again. A block may hold old words, so every message has a generation of its own. Confined to one thread.
 */
final class ReleaseCells {

    private final BufferPool pool;
    private final long blockBytes;
    private final ArrayDeque<SharedBuffer> spare = new ArrayDeque<>();
    private int generation;

    ReleaseCells(BufferPool pool, int size) {
        this.pool = pool;
        blockBytes = ControlLayout.LINE_BYTES * size;
    }

    /** {@return a block that no message is using} */
    SharedBuffer take() {
        return spare.isEmpty() ? pool.allocate(blockBytes) : spare.pop();
    }

    /** Takes a block back in which nobody will write again. */
    void give(SharedBuffer block) {
        spare.push(block);
    }

    /** {@return a number that no block holds; numbers repeat after four billion messages} */
    int nextGeneration() {
        generation++;
        if (generation == 0) {
            generation = 1; // what fresh blocks hold
        }
        return generation;
    }
}
