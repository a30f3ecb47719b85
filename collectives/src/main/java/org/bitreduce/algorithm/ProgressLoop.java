// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.algorithm;

import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.bitreduce.CollectiveException;
import org.bitreduce.Outcome;
import org.bitreduce.transport.Waiter;

/**
 * Has an engine driven by one thread at a time: by whoever waits for a call, else, while calls are under way, by a thread
 * of its own, which is started with the first non-blocking call. A platform thread of the group of the thread that starts
 * it, as MPJ Express wants it.
 *
 * <p>Any thread may call any method; calls that must be in the same order on all ranks are ordered by their callers.
 */
public final class ProgressLoop implements AutoCloseable {

    private static final Duration FOR_EVER = Duration.ofDays(1000);
    private static final long JOIN_MILLIS = 2_000;
    private static final long STAND_ASIDE_NANOS = 1_000_000;

    private final Engine engine;
    private final int ranks;
    private final ReentrantLock driving = new ReentrantLock();
    private volatile boolean closing;
    private Thread thread;

    /**
     * Takes charge of an engine.
     *
     * @param engine used through this object only from now on
     * @param ranks of the group
     */
    public ProgressLoop(Engine engine, int ranks) {
        this.engine = engine;
        this.ranks = ranks;
    }

    /**
     * Carries out one call, and those posted before it, in the calling thread.
     *
     * @param call with checked arguments
     * @return what was done
     * @throws CollectiveException see there
     */
    public Outcome run(Call call) {
        driving.lock();
        try {
            return engine.run(call);
        } finally {
            handBack();
        }
    }

    /**
     * Posts a call, and returns.
     *
     * @param call with checked arguments, whose memory is accessible to any thread
     * @return its ticket
     * @throws CollectiveException if a call has failed for good
     */
    public Ticket post(Call call) {
        driving.lock();
        try {
            Ticket ticket = engine.post(call);
            startThread();
            return ticket;
        } finally {
            handBack();
        }
    }

    private void startThread() {
        if (thread == null) {
            thread = Thread.ofPlatform().daemon().name("bitreduce-progress").start(this::driveWhileOpen);
        }
    }

    /**
     * Prepares a call that will be carried out again and again.
     *
     * @param call with checked arguments
     * @return its ticket, for {@link #repeat} and {@link #repost}
     */
    public Ticket prepare(Call call) {
        driving.lock();
        try {
            return engine.prepare(call);
        } finally {
            driving.unlock();
        }
    }

    /**
     * Carries out a prepared call, and those posted before it, in the calling thread.
     *
     * @param ticket from {@link #prepare}
     * @throws CollectiveException see there
     */
    public void repeat(Ticket ticket) {
        driving.lock();
        try {
            engine.repost(ticket);
            engine.finish(ticket);
        } finally {
            handBack();
        }
    }

    /**
     * Posts a prepared call, and returns.
     *
     * @param ticket from {@link #prepare}
     * @throws CollectiveException if a call has failed for good
     */
    public void repost(Ticket ticket) {
        driving.lock();
        try {
            engine.repost(ticket);
            startThread();
        } finally {
            handBack();
        }
    }

    /**
     * Lets calls move once, if nobody else does at this moment.
     *
     * @param ticket from {@link #post}
     * @return whether its call is over
     */
    public boolean test(Ticket ticket) {
        if (!ticket.isDone() && driving.tryLock()) {
            try {
                engine.progress();
            } finally {
                driving.unlock();
            }
        }
        return ticket.isDone();
    }

    /**
     * Drives until a call is over.
     *
     * @param ticket of a posted call
     * @throws CollectiveException if the call has failed
     */
    public void await(Ticket ticket) {
        if (!ticket.isDone()) {
            driving.lock();
            try {
                engine.finish(ticket);
            } finally {
                handBack();
            }
        }
        ticket.requireSuccess();
    }

    /**
     * Drives until a call is over, or so long.
     *
     * @param ticket from {@link #post}
     * @param limit how long, not negative
     * @return whether the call is over
     */
    public boolean await(Ticket ticket, Duration limit) {
        Waiter pace = new Waiter(ranks, limit.isZero() ? Duration.ofNanos(1) : limit);
        while (!test(ticket) && !pace.isExpired()) {
            pace.idle(false);
        }
        return ticket.isDone();
    }

    /**
     * {@return what was done by a call that is over}
     *
     * @param ticket of a call that has been posted
     */
    public Outcome outcome(Ticket ticket) {
        driving.lock();
        try {
            return ticket.outcome();
        } finally {
            driving.unlock();
        }
    }

    /**
     * Gives a call up; see {@link Engine#cancel}.
     *
     * @param ticket from {@link #post}
     */
    public void cancel(Ticket ticket) {
        driving.lock();
        try {
            engine.cancel(ticket);
        } finally {
            driving.unlock();
        }
    }

    /**
     * {@return memory that peers can read in place; null if there is none}
     *
     * @param bytes its size, at least 1
     */
    public MemorySegment allocateShared(long bytes) {
        driving.lock();
        try {
            return engine.allocateShared(bytes);
        } finally {
            driving.unlock();
        }
    }

    /** {@return the number of the next call} */
    public long nextOperation() {
        driving.lock();
        try {
            return engine.nextOperation();
        } finally {
            driving.unlock();
        }
    }

    /**
     * Goes on counting from another number.
     *
     * @param next the number of the next call
     */
    public void resumeAt(long next) {
        driving.lock();
        try {
            engine.resumeAt(next);
        } finally {
            driving.unlock();
        }
    }

    /** {@return whether a call has failed for good} */
    public boolean hasFailed() {
        driving.lock();
        try {
            return engine.hasFailed();
        } finally {
            driving.unlock();
        }
    }

    /** Leaves the driving to the thread of one's own, if there is anything left to drive. */
    private void handBack() {
        boolean idle = engine.isDone();
        driving.unlock();
        if (!idle) {
            LockSupport.unpark(thread);
        }
    }

    private void driveWhileOpen() {
        Waiter pace = new Waiter(ranks, FOR_EVER);
        while (!closing) {
            if (driving.hasQueuedThreads() || !driving.tryLock()) {
                // Somebody else drives, and wakes this thread when he stops.
                LockSupport.parkNanos(this, STAND_ASIDE_NANOS);
                continue;
            }
            boolean moved;
            boolean idle;
            try {
                moved = engine.progress();
                idle = engine.isDone();
            } finally {
                driving.unlock();
            }
            if (idle) {
                LockSupport.park(this);
            }
            if (moved || idle) {
                pace.reset();
            } else {
                pace.idle(false);
            }
        }
    }

    /** Fails calls that are still under way, and stops the thread. */
    @Override
    public void close() {
        closing = true;
        driving.lock();
        try {
            engine.abandon();
        } finally {
            driving.unlock();
        }
        Thread running = thread;
        if (running != null) {
            LockSupport.unpark(running);
            try {
                running.join(JOIN_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
