// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.transport.shm;

import java.lang.foreign.MemorySegment;
import org.bitreduce.transport.Request;

/** A send to a set of ranks, or a receive from one. Confined like its transport. */
final class SharedRequest implements Request {

    private enum State {
        IDLE,
        SENDING,
        RECEIVING,
        ARRIVED
    }

    private final SharedMemoryTransport transport;
    private final ReleaseCells cells;
    private final Bells bells;
    private final Descriptor descriptor = new Descriptor();
    private State state = State.IDLE;
    private boolean done;

    // Sending: one bit per destination, and one line per destination in which it says that it is through.
    private SharedBuffer block;
    private long toPost;
    private long toRelease;

    // Receiving.
    private MemorySegment message;
    private MemorySegment releaseSegment;
    private int source;

    SharedRequest(SharedMemoryTransport transport, ReleaseCells cells, Bells bells) {
        this.transport = transport;
        this.cells = cells;
        this.bells = bells;
    }

    boolean belongsTo(SharedMemoryTransport candidate) {
        return transport == candidate;
    }

    void requireIdle() {
        if (state != State.IDLE) {
            throw new IllegalStateException("the request is in use: state=" + state
                    + "; wait until it is done and, if it received, release it before posting it again");
        }
    }

    /** Prepares a send to the ranks in {@code destinations}; {@link #advance} does it. */
    void beginSend(long destinations, long tag, SharedBuffer buffer, long length) {
        block = cells.take();
        descriptor.tag = tag;
        descriptor.segment = buffer.segmentIndex();
        descriptor.offset = buffer.offset();
        descriptor.length = length;
        descriptor.cellSegment = block.segmentIndex();
        descriptor.generation = cells.nextGeneration();
        toPost = destinations;
        toRelease = 0;
        done = false;
        state = State.SENDING;
    }

    /**
     * Writes descriptors where rings have room, and looks for releases.
     *
     * @param left ranks that have closed: they will read nothing any more
     * @return whether anything happened
     */
    boolean advance(RingWriter[] writers, long left) {
        long before = toPost | toRelease;
        toPost &= ~left;
        toRelease &= ~left;
        long posted = post(writers);
        for (long open = toRelease; open != 0; open &= open - 1) {
            int peer = Long.numberOfTrailingZeros(open);
            if (isReleasedBy(peer)) {
                toRelease &= ~(1L << peer);
            }
        }
        if ((toPost | toRelease) == 0) {
            cells.give(block);
            state = State.IDLE;
            done = true;
        }
        return posted != 0 || (toPost | toRelease) != before || done;
    }

    /** {@return the ranks that have not released what is being sent, one bit each; 0 if some have not got it yet} */
    long missing() {
        return toPost == 0 ? toRelease : 0;
    }

    private boolean isReleasedBy(int peer) {
        return (int) ControlLayout.INT.getAcquire(block.segment(), ControlLayout.LINE_BYTES * peer)
                == descriptor.generation;
    }

    private long post(RingWriter[] writers) {
        long posted = 0;
        for (long open = toPost; open != 0; open &= open - 1) {
            int peer = Long.numberOfTrailingZeros(open);
            descriptor.cellOffset = block.offset() + ControlLayout.LINE_BYTES * peer;
            if (writers[peer].offer(descriptor)) {
                posted |= 1L << peer;
            }
        }
        bells.ringAll(posted);
        toPost &= ~posted;
        toRelease |= posted;
        return posted;
    }

    void beginReceive() {
        done = false;
        state = State.RECEIVING;
    }

    /** Completes a receive with the sender's memory, in which the descriptor's cell lies. */
    void arrive(int sender, Descriptor arrived, MemorySegment received, MemorySegment cellSegment) {
        source = sender;
        descriptor.set(arrived);
        releaseSegment = cellSegment;
        message = received;
        state = State.ARRIVED;
        done = true;
    }

    @Override
    public boolean isDone() {
        return done;
    }

    /** Others read in this rank's memory what has been announced to them. */
    @Override
    public boolean hasLeft() {
        return state != State.SENDING || toPost == 0;
    }

    @Override
    public MemorySegment message() {
        if (state != State.ARRIVED) {
            throw new IllegalStateException("no message: the request is " + state + ", done=" + done);
        }
        return message;
    }

    @Override
    public void release() {
        if (state == State.IDLE) {
            return; // a completed send has nothing to give back
        }
        if (state != State.ARRIVED) {
            throw new IllegalStateException("the request is not done: state=" + state);
        }
        ControlLayout.INT.setRelease(releaseSegment, descriptor.cellOffset, descriptor.generation);
        bells.ring(source);
        state = State.IDLE;
        done = false;
    }
}
