// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.transport.mpj;

import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicInteger;
import org.bitreduce.transport.Request;

/** A posted send, publication or receive. Confined like its transport, but for {@link #sent}. */
final class MpjRequest implements Request {

    private enum State {
        IDLE,
        SENDING,
        RECEIVING,
        SENT,
        RECEIVED
    }

    private final AtomicInteger unsent = new AtomicInteger();
    private State state = State.IDLE;
    private MemorySegment message;

    void beginSend(int destinations) {
        begin(destinations == 0 ? State.SENT : State.SENDING);
        unsent.set(destinations);
    }

    void beginReceive() {
        begin(State.RECEIVING);
    }

    private void begin(State next) {
        if (state != State.IDLE && state != State.SENT) {
            throw new IllegalStateException("a request is used while it is still " + state
                    + (state == State.RECEIVED ? ": call release() first" : ""));
        }
        state = next;
    }

    /** Counts one destination whose message has left. By any thread. */
    void sent() {
        unsent.decrementAndGet();
    }

    /** {@return whether a send has just become done} */
    boolean completeSend() {
        if (state != State.SENDING || unsent.get() > 0) {
            return false;
        }
        state = State.SENT;
        return true;
    }

    void completeReceive(MemorySegment landed) {
        message = landed;
        state = State.RECEIVED;
    }

    @Override
    public boolean isDone() {
        return state == State.SENT || state == State.RECEIVED;
    }

    @Override
    public boolean hasLeft() {
        return state != State.SENDING || unsent.get() <= 0;
    }

    @Override
    public MemorySegment message() {
        if (state != State.RECEIVED) {
            throw new IllegalStateException("no message: the request is " + state);
        }
        return message;
    }

    @Override
    public void release() {
        if (state == State.RECEIVED) {
            message = null;
            state = State.IDLE;
        }
    }
}
