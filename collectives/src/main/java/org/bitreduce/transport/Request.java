// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.transport;

import java.lang.foreign.MemorySegment;

/**
 * A posted send, publication or receive. Owned by the caller, who uses it again and again: idle, posted, done, and, for
 * sends as soon as they are done and for receives after {@link #release()}, idle again.
 */
public interface Request {

    /** {@return whether it is complete; never waits} Only {@link Transport#progress()} makes it so. */
    boolean isDone();

    /**
     * {@return whether nobody waits for this rank to send on: the receivers get the message even if this rank makes no
     * progress from now on} True of what is no send under way; never waits.
     */
    boolean hasLeft();

    /**
     * {@return the received message, exactly as long as it was sent} Valid from completion to {@link #release()}; reads
     * only.
     */
    MemorySegment message();

    /** Gives a received message back, so that its sender may write there again. */
    void release();
}
