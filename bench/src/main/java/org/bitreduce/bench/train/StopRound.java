// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.train;

import org.bitreduce.launch.StopRequest;

/**
 * Ranks agree on whether to stop here: one may have been asked before a step and another after it, so each says by a small
 * all-reduce what it knows. Runs that nobody can stop do the same, because the collectives of a run are numbered and its
 * random numbers depend on that. Confined to one thread.
 */
final class StopRound {

    private final GradientExchange exchange;
    private final StopRequest request;

    StopRound(GradientExchange exchange, StopRequest request) {
        this.exchange = exchange;
        this.request = request;
    }

    /** {@return why all ranks stop now, not in the same words on all; empty to go on} */
    String agree() {
        String mine = request.reason();
        long[] askedRanks = {mine.isEmpty() ? 0 : 1};
        exchange.sum(askedRanks);
        if (askedRanks[0] == 0) {
            return "";
        }
        return mine.isEmpty() ? "a request to another rank" : mine;
    }
}
