// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.algorithm;

import java.util.concurrent.locks.LockSupport;
import org.bitreduce.Outcome;

/**
 * A call that was posted, or will be again and again, and how it ended the last time. {@link #isDone()} and {@link
 * #outcome()} may be asked by any thread; all else belongs to the engine.
 */
public final class Ticket {

    private final Engine engine;
    private final Call call;
    /** Whether the run is kept for repetitions of the call. */
    private final boolean repeats;

    private CallRun run;
    private Outcome outcome;
    private Throwable failure;
    private volatile boolean done;
    /** Waits while another thread drives; null if nobody does. */
    private volatile Thread waiting;

    Ticket(Engine engine, Call call, CallRun run, boolean repeats) {
        this.engine = engine;
        this.call = call;
        this.run = run;
        this.repeats = repeats;
        this.done = repeats;
    }

    /** {@return what carries the call out} */
    Engine engine() {
        return engine;
    }

    Call call() {
        return call;
    }

    /** {@return what carries the call out; null when a call that does not repeat is over} */
    CallRun run() {
        return run;
    }

    boolean repeats() {
        return repeats;
    }

    /** Takes back how the call ended the last time. */
    void restart() {
        outcome = null;
        failure = null;
        done = false;
    }

    /** {@return whether the ranks have agreed on the call, or it is over} */
    public boolean isDecided() {
        return done || run.isDecided();
    }

    /** {@return whether the call is over, with or without success, or has not been posted yet} */
    public boolean isDone() {
        return done;
    }

    /**
     * Returns if the call has succeeded.
     *
     * @throws org.bitreduce.CollectiveException if it has failed
     */
    public void requireSuccess() {
        if (failure instanceof Error e) {
            throw e;
        }
        if (failure != null) {
            throw (RuntimeException) failure;
        }
    }

    /**
     * {@return what was done; the call is over}
     *
     * @throws org.bitreduce.CollectiveException if it has failed
     */
    public Outcome outcome() {
        if (!done || repeats && !run.hasRun()) {
            throw new IllegalStateException("the call is under way, or was never carried out; wait for its end first");
        }
        requireSuccess();
        return outcome != null ? outcome : run.outcome();
    }

    void succeed() {
        if (!repeats) {
            outcome = run.outcome();
            run = null;
        }
        end();
    }

    void fail(Throwable cause) {
        failure = cause;
        if (!repeats) {
            run = null;
        }
        end();
    }

    private void end() {
        done = true;
        Thread waits = waiting;
        if (waits != null) {
            LockSupport.unpark(waits);
        }
    }

    /** Names the thread that is to be woken when the call is over, or nobody any more. */
    void setWaiting(Thread thread) {
        waiting = thread;
    }
}
