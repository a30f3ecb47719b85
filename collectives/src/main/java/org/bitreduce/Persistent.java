// SPDX-License-Identifier: Apache-2.0
package org.bitreduce;

import org.bitreduce.algorithm.ProgressLoop;
import org.bitreduce.algorithm.Ticket;

/**
 * A call on the same memory with the same arguments, carried out again and again, as MPI 4's persistent collectives are:
 * all that it needs is made once and kept, so that from the second time a width is chosen on it makes no garbage. Results, numbering and
 * errors are those of the ordinary call, and ranks may mix the two. Used by one thread at a time.
 */
public final class Persistent {

    private final ProgressLoop loop;
    private final Ticket ticket;

    Persistent(ProgressLoop loop, Ticket ticket) {
        this.loop = loop;
        this.ticket = ticket;
    }

    /**
     * Carries the call out.
     *
     * @throws CollectiveException if the ranks' calls differ, or the group has failed
     * @throws IllegalStateException if it is under way, from {@link #start()}
     */
    public void run() {
        loop.repeat(ticket);
    }

    /**
     * Begins the call and returns; see {@link Communicator#nonBlocking()}.
     *
     * @throws CollectiveException if the group has failed
     * @throws IllegalStateException if it is under way already
     */
    public void start() {
        loop.repost(ticket);
    }

    /** {@return whether the call is over or has never been begun} Never waits. */
    public boolean test() {
        return loop.test(ticket);
    }

    /**
     * Waits for the end of a call that was begun.
     *
     * @throws CollectiveException if the ranks' calls differ, or the group has failed
     */
    public void await() {
        loop.await(ticket);
    }

    /**
     * {@return what was done the last time; a new object}
     *
     * @throws IllegalStateException if the call has never been carried out, or is under way
     */
    public Outcome outcome() {
        return loop.outcome(ticket);
    }
}
