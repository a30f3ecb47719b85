// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.simulate;

import java.lang.foreign.MemorySegment;
import org.bitreduce.transport.Request;

/** A request whose completion the virtual clock tells. */
final class SimulatedRequest implements Request {

    private boolean posted;
    private boolean done;
    private MemorySegment message;

    void post() {
        if (posted || message != null) {
            throw new IllegalStateException("the request is in use; wait until it is done, and release it");
        }
        posted = true;
        done = false;
    }

    /** Ends a send, or, with its message, a receive. */
    void complete(MemorySegment received) {
        posted = false;
        done = true;
        message = received;
    }

    @Override
    public boolean isDone() {
        return done;
    }

    /** The network carries what was posted. */
    @Override
    public boolean hasLeft() {
        return true;
    }

    @Override
    public MemorySegment message() {
        if (message == null) {
            throw new IllegalStateException("no message has been received");
        }
        return message;
    }

    @Override
    public void release() {
        message = null;
        done = false;
    }
}
