// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.transport.shm;

import java.time.Duration;
import org.bitreduce.CollectiveTimeoutException;
import org.bitreduce.RankFailedException;

/** Looks from time to time whether the other ranks are still there. Confined to one thread. */
final class PeerWatch {

    private static final long INTERVAL_NANOS = 50_000_000;
    /** Asking the system for a process costs some 20 microseconds, so only one peer in so many is asked each time. */
    private static final int PROCESS_TURNS = 4;

    private final ControlRegion control;
    private final int rank;
    private final ProcessIdentity self;
    private final long joinNanos;
    private final long start = System.nanoTime();
    private final Duration joinDeadline;
    private long nextLook = start;
    private int turn;
    private long left;

    /** Begins to watch. Ranks that have not joined when {@code joinDeadline} has passed count as failed. */
    PeerWatch(ControlRegion control, int rank, ProcessIdentity self, Duration joinDeadline) {
        this.control = control;
        this.rank = rank;
        this.self = self;
        this.joinDeadline = joinDeadline;
        joinNanos = joinDeadline.compareTo(Duration.ofDays(365)) > 0 ? Long.MAX_VALUE : joinDeadline.toNanos();
    }

    /** {@return whether it is time for {@link #look}} */
    boolean isDue() {
        return System.nanoTime() - nextLook >= 0;
    }

    /**
     * Looks at every other rank.
     *
     * @throws RankFailedException if one has given up or its process is gone
     * @throws CollectiveTimeoutException if one has not come in time
     */
    void look() {
        long now = System.nanoTime();
        nextLook = now + INTERVAL_NANOS;
        turn++;
        for (int peer = 0; peer < control.size(); peer++) {
            if (peer != rank) {
                look(peer, now);
            }
        }
    }

    private void look(int peer, long now) {
        switch (control.state(peer)) {
            case ACTIVE -> {
                if ((peer + turn) % PROCESS_TURNS == 0 && isDead(peer)) {
                    throw new RankFailedException("%s died while rank %d worked with it; see the output of that rank"
                            .formatted(named(peer), control.number(rank)));
                }
            }
            case FAILED -> throw new RankFailedException("%s gave up: %s".formatted(named(peer), control.cause(peer)));
            case LEFT -> left |= 1L << peer;
            case ABSENT -> {
                if (now - start >= joinNanos) {
                    throw absent();
                }
            }
        }
    }

    boolean allHaveJoined() {
        for (int peer = 0; peer < control.size(); peer++) {
            if (control.state(peer) == RankState.ABSENT) {
                return false;
            }
        }
        return true;
    }

    /** {@return the ranks that have closed their transports in good order, one bit each, as of the last look} */
    long left() {
        return left;
    }

    boolean isDead(int peer) {
        // A rank may leave and end between the two looks at its state; then it has not died on us.
        return control.state(peer) == RankState.ACTIVE
                && control.process(peer).isDead(self)
                && control.state(peer) == RankState.ACTIVE;
    }

    RankFailedException leftTooEarly(int peer) {
        return new RankFailedException("%s left while rank %d waits for its message; do all ranks make the same calls?"
                .formatted(named(peer), control.number(rank)));
    }

    /** {@return the exception that names the ranks that have not joined} */
    CollectiveTimeoutException absent() {
        StringBuilder absent = new StringBuilder();
        for (int peer = 0; peer < control.size(); peer++) {
            if (control.state(peer) == RankState.ABSENT) {
                absent.append(absent.isEmpty() ? "" : ", ").append(control.number(peer));
            }
        }
        return new CollectiveTimeoutException(
                "rank %d waited %s for all %d ranks; absent: rank %s; see whether they were started, on this host and with the same directory"
                        .formatted(control.number(rank), joinDeadline, control.size(), absent));
    }

    String describe(int peer) {
        long pid = control.process(peer).pid();
        return "host " + Host.NAME + (pid == 0 ? ", not joined yet" : ", pid " + pid);
    }

    /** {@return a rank for people, with its number, host and process} */
    String named(int peer) {
        return "rank " + control.number(peer) + " (" + describe(peer) + ")";
    }
}
