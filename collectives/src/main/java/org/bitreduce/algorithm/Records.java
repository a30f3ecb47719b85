// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.algorithm;

import java.lang.foreign.MemorySegment;

/** Brings every rank's message of an agreement to all ranks. Used again and again. */
interface Records extends Schedule {

    /** {@return where this rank's message is written, behind its header, before {@link #start}} */
    MemorySegment own();

    /**
     * Sends this rank's message.
     *
     * @param frames of the call
     * @param payloadBytes bytes behind the header
     */
    void start(Channel frames, long payloadBytes);

    /** {@return whether what this rank sent last has been read by all, so that {@link #own} may be written} */
    boolean isIdle();

    /** {@return a rank's message, header and all, once all have come} */
    MemorySegment of(int rank);

    /** Gives the buffers back, if nobody reads them any more; then nothing can be sent or received again. */
    default void close() {}

    /** Gives the peers' messages back. */
    void release();
}
