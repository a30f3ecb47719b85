// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.algorithm;

import org.bitreduce.Outcome;

/**
 * A posted call, until its poster has seen how it ended. {@link #isDone()}, {@link #outcome()} may be asked by any
 * thread; all else belongs to the engine.
 */
public final class Ticket {

    private CallRun run;
    private Outcome outcome;
    private Throwable failure;
    private volatile boolean done;

    Ticket(CallRun run) {
        this.run = run;
    }

    /** {@return what carries the call out; null when it is over} */
    CallRun run() {
        return run;
    }

    boolean isDecided() {
        return done || run.isDecided();
    }

    /** {@return whether the call is over, with or without success} */
    public boolean isDone() {
        return done;
    }

    /**
     * {@return what was done; the call is over}
     *
     * @throws org.bitreduce.CollectiveException if it has failed
     */
    public Outcome outcome() {
        if (failure instanceof Error e) {
            throw e;
        }
        if (failure != null) {
            throw (RuntimeException) failure;
        }
        return outcome;
    }

    void succeed(Outcome result) {
        outcome = result;
        run = null;
        done = true;
    }

    void fail(Throwable cause) {
        failure = cause;
        run = null;
        done = true;
    }
}
