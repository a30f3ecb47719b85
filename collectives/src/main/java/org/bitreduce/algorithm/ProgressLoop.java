// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.algorithm;

import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.bitreduce.CollectiveException;
import org.bitreduce.CommunicatorOptions;
import org.bitreduce.Outcome;
import org.bitreduce.transport.Transport;
import org.bitreduce.transport.Waiter;

/**
 * Has the engines over one transport driven, all of them by one thread at a time: by whoever waits for a call, else, while
 * calls are under way, by a thread of its own, which is started with the first non-blocking call. A platform thread of the
 * group of the thread that starts it, as MPJ Express wants it. Of several threads that wait, one drives and the others
 * sleep until their call is over or the driving is left to them. What fails one engine for good fails all.
 *
 * <p>Any thread may call any method; calls that must be in the same order on all ranks are ordered by their callers.
 */
public final class ProgressLoop implements AutoCloseable {

    private static final Duration FOR_EVER = Duration.ofDays(1000);
    private static final long JOIN_MILLIS = 2_000;
    private static final long STAND_ASIDE_NANOS = 1_000_000;

    private final Transport transport;
    /** Used under the lock only. */
    private final Engines engines;
    /** Fair: who wants to post a call gets in between two steps of whoever drives. */
    private final ReentrantLock driving = new ReentrantLock(true);

    private final Queue<Thread> standingAside = new ConcurrentLinkedQueue<>();
    private volatile boolean closing;
    private Thread thread;

    /**
     * Begins without engines.
     *
     * @param transport used through engines of this object only from now on
     */
    public ProgressLoop(Transport transport) {
        this(transport, WorkMeter.NONE);
    }

    /**
     * Begins without engines, whose work a meter will watch.
     *
     * @param transport used through engines of this object only from now on
     * @param meter told of all work with numbers
     */
    public ProgressLoop(Transport transport, WorkMeter meter) {
        this.transport = transport;
        engines = new Engines(meter);
    }

    /**
     * Starts an engine, and takes charge of it.
     *
     * @param group the transport, or a group of its ranks
     * @param options equal on all ranks
     * @return the engine, used through this object only
     * @throws CollectiveException if the transport has failed
     */
    public Engine attach(Transport group, CommunicatorOptions options) {
        driving.lock();
        try {
            return engines.attach(group, options);
        } finally {
            driving.unlock();
        }
    }

    /**
     * Lets an engine go. Calls that are still under way fail, and with them the transport.
     *
     * @param engine from {@link #attach}
     */
    public void detach(Engine engine) {
        driving.lock();
        try {
            engines.detach(engine);
        } finally {
            handBack();
        }
    }

    /**
     * Carries out one call, and those posted before it, in the calling thread.
     *
     * @param engine that carries it out
     * @param call with checked arguments
     * @return what was done
     * @throws CollectiveException see there
     */
    public Outcome run(Engine engine, Call call) {
        Ticket ticket;
        driving.lock();
        try {
            ticket = engine.post(call);
            drive(ticket);
        } finally {
            handBack();
        }
        await(ticket);
        return ticket.outcome();
    }

    /** Drives all engines until a call is over, or somebody else wants to do something. */
    private void drive(Ticket ticket) {
        Engine engine = ticket.engine();
        engine.attend();
        while (!ticket.isDone() && !driving.hasQueuedThreads()) {
            if (engines.progress()) {
                engine.attend();
            } else {
                engines.rest(engine);
            }
        }
    }

    /**
     * Posts a call, and returns.
     *
     * @param engine that carries it out
     * @param call with checked arguments, whose memory is accessible to any thread
     * @return its ticket
     * @throws CollectiveException if a call has failed for good
     */
    public Ticket post(Engine engine, Call call) {
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
     * @param engine that carries it out
     * @param call with checked arguments
     * @return its ticket, for {@link #repeat} and {@link #repost}
     */
    public Ticket prepare(Engine engine, Call call) {
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
            ticket.engine().repost(ticket);
            drive(ticket);
        } finally {
            handBack();
        }
        await(ticket);
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
            ticket.engine().repost(ticket);
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
                engines.progress();
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
        while (!ticket.isDone()) {
            if (!driving.hasQueuedThreads() && driving.tryLock()) {
                try {
                    drive(ticket);
                } finally {
                    handBack();
                }
            } else {
                standAside(ticket);
            }
        }
        ticket.requireSuccess();
    }

    /** Sleeps while another thread drives. */
    private void standAside(Ticket ticket) {
        Thread current = Thread.currentThread();
        ticket.setWaiting(current);
        standingAside.add(current);
        if (!ticket.isDone() && driving.isLocked()) {
            LockSupport.parkNanos(this, STAND_ASIDE_NANOS);
        }
        standingAside.remove(current);
        ticket.setWaiting(null);
    }

    /**
     * Drives until a call is over, or so long.
     *
     * @param ticket from {@link #post}
     * @param limit how long, not negative
     * @return whether the call is over
     */
    public boolean await(Ticket ticket, Duration limit) {
        Waiter pace = new Waiter(transport.size(), limit.isZero() ? Duration.ofNanos(1) : limit);
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
            engines.cancel(ticket);
        } finally {
            driving.unlock();
        }
    }

    /**
     * {@return memory that peers can read in place; null if there is none}
     *
     * @param engine whose call will use it
     * @param bytes its size, at least 1
     */
    public MemorySegment allocateShared(Engine engine, long bytes) {
        driving.lock();
        try {
            return engine.allocateShared(bytes);
        } finally {
            driving.unlock();
        }
    }

    /**
     * {@return the number of the next call}
     *
     * @param engine whose call
     */
    public long nextOperation(Engine engine) {
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
     * @param engine that counts
     * @param next the number of the next call
     */
    public void resumeAt(Engine engine, long next) {
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
            return engines.hasFailed();
        } finally {
            driving.unlock();
        }
    }

    /** Leaves the driving to the thread of one's own, if there is anything left to drive. */
    private void handBack() {
        boolean idle = engines.isIdle();
        driving.unlock();
        if (!idle) {
            Thread next = standingAside.peek();
            LockSupport.unpark(next != null ? next : thread);
        }
    }

    private void driveWhileOpen() {
        Waiter pace = new Waiter(transport.size(), FOR_EVER);
        while (!closing) {
            if (driving.hasQueuedThreads() || !driving.tryLock()) {
                // Somebody else drives, and wakes this thread when he stops.
                LockSupport.parkNanos(this, STAND_ASIDE_NANOS);
                continue;
            }
            boolean moved;
            boolean idle;
            try {
                moved = engines.progress();
                idle = engines.isIdle();
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
            engines.abandon();
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
