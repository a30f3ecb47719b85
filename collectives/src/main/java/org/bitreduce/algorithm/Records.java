// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.algorithm;

import java.lang.foreign.MemorySegment;

/** Brings every rank's message of an agreement to all ranks. Used again and again. */
interface Records extends Schedule {

    /**
     * {@return records that come as messages}: of up to {@value Algorithm#INLINE_RANKS} ranks directly, in one step; of more
     * over a grid, in two. That depends on nothing but the number of ranks, for nothing else is agreed on yet.
     *
     * @param group whose ranks exchange them
     * @param messageBytes the longest; over a grid that of all
     * @param stage of the messages
     */
    static Records byMessages(Group group, long messageBytes, int stage) {
        return group.size() <= Algorithm.INLINE_RANKS
                ? new DirectRecords(group, messageBytes, stage)
                : new GridRecords(group, messageBytes, stage, Grid.square(group.size()));
    }

    /** {@return where this rank's message is written, behind its header, before {@link #start}} */
    MemorySegment own();

    /**
     * Sends this rank's message.
     *
     * @param frames of the call
     * @param payloadBytes bytes behind the header
     */
    void start(Channel frames, long payloadBytes);

    /**
     * Sends each rank a message that begins like this rank's own and ends in its own way; only for records that are sent
     * directly.
     *
     * @param frames of the call
     * @param commonBytes bytes behind the header that are the same for all, as written to {@link #own}
     * @param ending writes the rest, also that of this rank's own message
     */
    default void startApart(Channel frames, long commonBytes, Ending ending) {
        throw new UnsupportedOperationException("all ranks get the same message");
    }

    /** What is different in every rank's message. */
    interface Ending {

        /** Writes it. {@return its bytes} */
        long write(int rank, MemorySegment message, long at);
    }

    /** {@return whether all messages have come, and this rank's own needs no more of it to come to the others} */
    @Override
    boolean isDone();

    /** {@return whether what this rank sent last has been read by all, so that {@link #own} may be written} */
    boolean isIdle();

    /** {@return a rank's message, header and all, once all have come} */
    MemorySegment of(int rank);

    /** Gives the buffers back, if nobody reads them any more; then nothing can be sent or received again. */
    default void close() {}

    /** Gives the peers' messages back. */
    void release();
}
