// SPDX-License-Identifier: Apache-2.0
package org.bitreduce;

import java.time.Duration;
import java.util.Objects;
import org.bitreduce.algorithm.Call;
import org.bitreduce.algorithm.ProgressLoop;
import org.bitreduce.algorithm.Ticket;

/**
 * A non-blocking call under way. Keeps the call's memory reachable. Any thread may use it; what is thrown by {@link
 * #await()} is what the blocking call would have thrown.
 */
public final class Pending {

    private final ProgressLoop loop;
    private final Ticket ticket;
    private final Call call;

    Pending(ProgressLoop loop, Ticket ticket, Call call) {
        this.loop = loop;
        this.ticket = ticket;
        this.call = call;
    }

    /** {@return whether the call is over, with or without success} Never waits; lets calls move if nobody else does. */
    public boolean test() {
        return loop.test(ticket);
    }

    /**
     * Waits for the end of the call, at most for the communicator's deadline after the last movement.
     *
     * @return what was done
     * @throws CollectiveException if the ranks' calls differ, one has cancelled it, or the group has failed
     * @throws java.util.concurrent.CancellationException if all ranks have cancelled the call
     */
    public Outcome await() {
        loop.await(ticket);
        return ticket.outcome();
    }

    /**
     * Waits for the end of the call, but no longer than a limit, after which it goes on.
     *
     * @param limit how long, not negative
     * @return whether the call is over; then {@link #await()} returns or throws at once
     */
    public boolean await(Duration limit) {
        if (Objects.requireNonNull(limit, "limit").isNegative()) {
            throw new IllegalArgumentException("limit must not be negative: limit=" + limit);
        }
        return loop.await(ticket, limit);
    }

    /**
     * Gives the call up. If nothing of it has been sent yet (it waits for calls before it), it fails on all ranks, which
     * stay usable. Later nobody can take back what others may have read, so the group fails for good. A call that is over
     * stays as it is.
     */
    public void cancel() {
        loop.cancel(ticket);
    }

    @Override
    public String toString() {
        return "%s of %d %s elements, %s"
                .formatted(call.operation(), call.count(), call.type(), ticket.isDone() ? "over" : "under way");
    }
}
