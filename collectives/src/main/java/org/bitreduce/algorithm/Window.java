// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.algorithm;

/** The slots of a stream of chunks between two ranks: chunk c uses slot c mod {@link #DEPTH}. */
final class Window {

    /** Chunks under way per stream: enough that packing, sending and unpacking overlap. */
    static final int DEPTH = 3;

    private final Slot[] slots;
    private final SlotPool pool;
    private final long bytes;
    private final boolean receives;

    /**
     * Prepares for as many slots as the stream can use; {@link #take} takes them.
     *
     * @param chunks chunks in the stream
     * @param bytes the longest message
     * @param receives whether the slots are for receiving
     */
    Window(SlotPool pool, int chunks, long bytes, boolean receives) {
        this.pool = pool;
        this.bytes = bytes;
        this.receives = receives;
        this.slots = new Slot[Math.min(DEPTH, chunks)];
    }

    /** Takes the slots. */
    void take() {
        for (int i = 0; i < slots.length; i++) {
            slots[i] = receives ? pool.toReceive(bytes) : pool.withBuffer(bytes);
        }
    }

    Slot of(int chunk) {
        return slots[chunk % DEPTH];
    }

    /** {@return whether none of the first {@code chunks} messages is still under way} */
    boolean isIdle(int chunks) {
        for (int i = 0; i < Math.min(slots.length, chunks); i++) {
            if (!slots[i].request().isDone()) {
                return false;
            }
        }
        return true;
    }

    void giveBack() {
        for (int i = 0; i < slots.length; i++) {
            pool.giveBack(slots[i], bytes);
            slots[i] = null;
        }
    }
}
