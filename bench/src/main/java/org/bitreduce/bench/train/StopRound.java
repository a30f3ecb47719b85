// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.train;

import org.bitreduce.launch.LaunchException;
import org.bitreduce.launch.StopRequest;

/**
 * Ranks agree on whether to stop here: one may have been asked before a step and another after it, or one could not write
 * its last checkpoint, so each says by a small all-reduce what it knows. Runs that nobody can stop do the same, because the
 * collectives of a run are numbered and its random numbers depend on that. Confined to one thread.
 */
final class StopRound {

    /** What a rank with a complaint adds to the sum; more than all requests together. */
    private static final long COMPLAINT = 1L << 32;

    private final GradientExchange exchange;
    private final StopRequest request;

    StopRound(GradientExchange exchange, StopRequest request) {
        this.exchange = exchange;
        this.request = request;
    }

    /**
     * {@return why all ranks stop now, not in the same words on all; empty to go on}
     *
     * @param complaint of this rank since the last round
     * @throws LaunchException on all ranks if one of them has a complaint
     */
    String agree(Complaint complaint) {
        String mine = request.reason();
        long[] said = {(mine.isEmpty() ? 0 : 1) + (complaint.isEmpty() ? 0 : COMPLAINT)};
        exchange.sum(said);
        if (said[0] >= COMPLAINT) {
            complaint.raiseIfAny(exchange);
        }
        if (said[0] == 0) {
            return "";
        }
        return mine.isEmpty() ? "a request to another rank" : mine;
    }
}
