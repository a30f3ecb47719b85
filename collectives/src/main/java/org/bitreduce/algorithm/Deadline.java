// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.algorithm;

import java.time.Duration;
import org.bitreduce.CollectiveTimeoutException;
import org.bitreduce.transport.Transport;

/** Gives up when nothing has moved for so long. Confined like its engine. */
final class Deadline {

    /** The clock is read in one of so many idle steps. */
    private static final int STEPS_PER_CLOCK = 64;

    private final Transport transport;
    private final Duration duration;
    private final long nanos;
    private long lastMove;
    private int idleSteps;

    Deadline(Transport transport, Duration duration) {
        this.transport = transport;
        this.duration = duration;
        this.nanos = duration.compareTo(Duration.ofDays(365)) > 0 ? Long.MAX_VALUE : duration.toNanos();
    }

    /** Begins anew: something has moved, or there is something to wait for. Does not read the clock: see {@link #check}. */
    void restart() {
        idleSteps = 0;
    }

    /**
     * Counts a step in which nothing moved.
     *
     * @param schedule what has not moved
     * @throws CollectiveTimeoutException if that has lasted too long; names the phase and the ranks waited for
     */
    void check(Schedule schedule) {
        if (idleSteps == 0) {
            lastMove = System.nanoTime();
        }
        if (++idleSteps % STEPS_PER_CLOCK == 0 && System.nanoTime() - lastMove >= nanos) {
            throw timeout(schedule);
        }
    }

    private CollectiveTimeoutException timeout(Schedule schedule) {
        boolean[] missing = new boolean[transport.size()];
        String phase = schedule.waitingFor(missing);
        StringBuilder ranks = new StringBuilder();
        for (int rank = 0; rank < missing.length; rank++) {
            if (missing[rank]) {
                ranks.append(ranks.isEmpty() ? "" : ", ").append("rank ").append(rank);
                ranks.append(" (").append(transport.describe(rank)).append(')');
            }
        }
        return new CollectiveTimeoutException(
                "rank %d waited %d ms in %s, for %s: it has not made this call, is frozen, or cannot be reached; give a longer deadline if it only computes that long"
                        .formatted(transport.rank(), duration.toMillis(), phase, ranks));
    }
}
