// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.algorithm;

/** The slots of a stream of chunks between two ranks: chunk c uses slot c mod {@link #DEPTH}. */
final class Window {

    /** In place of a source: the slots are for sending. */
    private static final int NONE = -1;

    /** Chunks under way per stream: enough that packing, sending and unpacking overlap. */
    static final int DEPTH = 3;

    private final Slot[] slots;
    private final SlotPool pool;
    private final long bytes;
    private final int source;

    /** {@return the window of a stream that leaves this rank} */
    static Window toSend(Channel channel, int chunks, long bytes) {
        return new Window(channel.slots(), chunks, bytes, NONE);
    }

    /**
     * {@return the window of a stream that comes}
     *
     * @param source whence, among the channel's ranks
     */
    static Window toReceive(Channel channel, int source, int chunks, long bytes) {
        return new Window(channel.slots(), chunks, bytes, channel.rankOf(source));
    }

    /**
     * Prepares for as many slots as the stream can use; {@link #take} takes them.
     *
     * @param chunks chunks in the stream
     * @param bytes the longest message
     */
    private Window(SlotPool pool, int chunks, long bytes, int source) {
        this.pool = pool;
        this.bytes = bytes;
        this.source = source;
        this.slots = new Slot[Math.min(DEPTH, chunks)];
    }

    /** Takes the slots. */
    void take() {
        for (int i = 0; i < slots.length; i++) {
            slots[i] = source == NONE ? pool.withBuffer(bytes) : pool.toReceive(source, bytes);
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
