// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.transport;

import java.time.Duration;
import org.agrona.concurrent.BackoffIdleStrategy;
import org.agrona.concurrent.IdleStrategy;

/**
 * How everybody waits who drives a transport: first spinning (only where each rank can have a core of its own), then
 * yielding, then sleeping for 50 microseconds and longer, up to one millisecond. Many more ranks than cores thus give
 * their cores to those that have work. Where the transport {@linkplain Transport#wakes() wakes} who sleeps, sleep comes
 * sooner.
 *
 * <pre>{@code
 * waiter.reset();
 * while (!request.isDone()) {
 *     waiter.idle(transport.progress());
 *     if (waiter.isExpired()) {
 *         throw new CollectiveTimeoutException(...);
 *     }
 * }
 * }</pre>
 *
 * <p>Confined to one thread at a time. Allocates nothing after construction.
 */
public final class Waiter {

    /** Some five microseconds: more is lost where the peer shares our core after all. */
    private static final int SPINS = 100;
    /** The same where every look at the transport is a system call. */
    private static final int SPINS_OF_SYSTEM_CALLS = 10;
    /**
     * About a millisecond where nobody wants the core. Must outlast the shortest sleep by far: else two ranks that wait
     * for each other in turn each find the other asleep, and go to sleep themselves, for ever.
     */
    private static final int YIELDS = 2_000;

    /**
     * The same where the transport ends a sleep when something happens: to fall asleep costs little then. Yielding is not
     * free where others want the core: each time Linux (6.18) puts the rank behind them by a slice of some milliseconds.
     */
    private static final int YIELDS_BEFORE_WAKING_SLEEP = 20;

    /** The same where to sleep, and to wake somebody, are system calls every time. */
    private static final int YIELDS_BEFORE_SELECTING_SLEEP = 200;

    private static final long SHORTEST_SLEEP_NANOS = 50_000;
    private static final long LONGEST_SLEEP_NANOS = 1_000_000;
    /** The clock is read in one of so many idle calls as long as they are short. */
    private static final int CALLS_PER_CLOCK = 64;

    private final IdleStrategy strategy;
    /** Sleeps for us, or null. */
    private final Transport waking;

    private final int briefCalls;
    private final long deadlineNanos;
    private boolean begun;
    private long start;
    private int idleCalls;
    private boolean expired;

    /**
     * Prepares to wait on this host.
     *
     * @param ranks ranks that share this host's cores, at least 1
     * @param deadline how long after the first {@link #idle} a wait {@linkplain #isExpired() expires}, positive
     */
    public Waiter(int ranks, Duration deadline) {
        this(ranks, deadline, null);
    }

    /**
     * Prepares to wait for what a transport brings.
     *
     * @param transport whose ranks all count as sharing this host's cores; sleeps in {@link Transport#await}
     * @param deadline how long after the first {@link #idle} a wait {@linkplain #isExpired() expires}, positive
     */
    public Waiter(Transport transport, Duration deadline) {
        this(transport.size(), deadline, transport.wakes() ? transport : null);
    }

    private Waiter(int ranks, Duration deadline, Transport waking) {
        if (ranks < 1 || deadline.isNegative() || deadline.isZero()) {
            throw new IllegalArgumentException(
                    "ranks and deadline must be positive: ranks=" + ranks + ", deadline=" + deadline);
        }
        boolean looksCostLittle = waking == null || waking.readsInPlace();
        int mostSpins = looksCostLittle ? SPINS : SPINS_OF_SYSTEM_CALLS;
        int spins = ranks <= Runtime.getRuntime().availableProcessors() ? mostSpins : 0;
        strategy = new BackoffIdleStrategy(spins, YIELDS, SHORTEST_SLEEP_NANOS, LONGEST_SLEEP_NANOS);
        briefCalls = spins + yields(waking);
        this.waking = waking;
        deadlineNanos = saturatedNanos(deadline);
        reset();
    }

    private static int yields(Transport waking) {
        if (waking == null) {
            return YIELDS;
        }
        return waking.readsInPlace() ? YIELDS_BEFORE_WAKING_SLEEP : YIELDS_BEFORE_SELECTING_SLEEP;
    }

    /** Begins a new wait: full attention, and the deadline counts from the next {@link #idle}. */
    public void reset() {
        strategy.reset();
        idleCalls = 0;
        expired = false;
        begun = false;
    }

    /**
     * Lets some time pass, the more the longer nothing has happened; nothing if there was work.
     *
     * @param workDone whether something happened since the last call; the deadline goes on counting
     */
    public void idle(boolean workDone) {
        if (!begun) {
            begun = true;
            start = System.nanoTime();
        }
        if (workDone) {
            strategy.reset();
            idleCalls = 0;
            return;
        }
        if (waking != null && idleCalls >= briefCalls) {
            waking.await(LONGEST_SLEEP_NANOS);
        } else {
            strategy.idle();
        }
        idleCalls++;
        if (idleCalls > briefCalls || idleCalls % CALLS_PER_CLOCK == 0) {
            expired = System.nanoTime() - start >= deadlineNanos;
        }
    }

    /** {@return whether the deadline had passed when {@link #idle} last read the clock} */
    public boolean isExpired() {
        return expired;
    }

    private static long saturatedNanos(Duration duration) {
        return duration.compareTo(Duration.ofDays(365)) > 0 ? Long.MAX_VALUE : duration.toNanos();
    }
}
