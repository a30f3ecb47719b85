// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.algorithm;

import java.time.Duration;
import org.bitreduce.CollectiveTimeoutException;
import org.bitreduce.transport.Transport;
import org.bitreduce.transport.Waiter;

/** Drives schedules with the calling thread, and gives up when nothing has moved for the length of the deadline. */
final class Driver {

    private final Transport transport;
    private final Duration deadline;
    private final Waiter waiter;

    Driver(Transport transport, Duration deadline) {
        this.transport = transport;
        this.deadline = deadline;
        this.waiter = new Waiter(transport.size(), deadline);
    }

    /**
     * Runs a schedule to its end.
     *
     * @param operation what is being done, for messages
     */
    void run(Schedule schedule, CallName operation) {
        waiter.reset();
        while (!schedule.isDone()) {
            boolean moved = schedule.advance();
            if (schedule.isDone()) {
                return;
            }
            moved |= transport.progress();
            if (moved) {
                waiter.reset();
            } else {
                waiter.idle(false);
                if (waiter.isExpired()) {
                    throw timeout(schedule, operation);
                }
            }
        }
    }

    private CollectiveTimeoutException timeout(Schedule schedule, CallName operation) {
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
                "rank %d waited %d ms in %s, %s, for %s: it has not made this call, is frozen, or cannot be reached; give a longer deadline if it only computes that long"
                        .formatted(transport.rank(), deadline.toMillis(), operation, phase, ranks));
    }
}
