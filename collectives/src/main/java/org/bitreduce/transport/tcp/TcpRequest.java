// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.transport.tcp;

import java.lang.foreign.MemorySegment;
import org.bitreduce.transport.NativePool;
import org.bitreduce.transport.Request;

/** A send to some ranks, or a receive from one. Confined like its transport. */
final class TcpRequest implements Request {

    private enum State {
        IDLE,
        SENDING,
        SENT,
        RECEIVING,
        RECEIVED
    }

    private final NativePool<Block> pool;
    private State state = State.IDLE;
    private int destinations;
    private long tag;
    private Block block;
    private long length;
    private Stash stash;

    TcpRequest(NativePool<Block> pool) {
        this.pool = pool;
    }

    boolean belongsTo(NativePool<Block> asked) {
        return pool == asked;
    }

    void requireIdle() {
        if (state != State.IDLE && state != State.SENT) {
            throw new IllegalStateException("the request is in use: state=" + state
                    + "; wait until it is done and, if it received, release it before posting it again");
        }
    }

    void beginSend(int peers, long messageTag, Block message, long messageLength) {
        destinations = peers;
        tag = messageTag;
        block = message;
        length = messageLength;
        state = peers == 0 ? State.SENT : State.SENDING;
    }

    /** One destination needs the memory no longer. */
    void sent() {
        destinations--;
        if (destinations == 0) {
            state = State.SENT;
        }
    }

    void beginReceive(long messageTag, Block landing) {
        tag = messageTag;
        block = landing;
        state = State.RECEIVING;
    }

    /** The message is here, where it was to land. */
    void received(long messageLength) {
        length = messageLength;
        state = State.RECEIVED;
    }

    /** The message is here, where it has waited; there it stays until it is released. */
    void received(Block waited, long messageLength, Stash owner) {
        block = waited;
        stash = owner;
        received(messageLength);
    }

    long tag() {
        return tag;
    }

    Block block() {
        return block;
    }

    long length() {
        return length;
    }

    @Override
    public boolean isDone() {
        return state == State.SENT || state == State.RECEIVED;
    }

    /** What the system has not taken yet is written by progress only. */
    @Override
    public boolean hasLeft() {
        return state != State.SENDING;
    }

    @Override
    public MemorySegment message() {
        if (state != State.RECEIVED) {
            throw new IllegalStateException("no message: the request is " + state);
        }
        return block.message(length);
    }

    @Override
    public void release() {
        if (state == State.RECEIVED) {
            if (stash != null) {
                stash.give(block);
                stash = null;
            }
            block = null;
            state = State.IDLE;
        } else if (state == State.RECEIVING) {
            throw new IllegalStateException("the request is not done: state=" + state);
        }
    }
}
