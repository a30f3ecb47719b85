// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.algorithm;

import java.util.function.Supplier;
import org.bitreduce.codec.Sources;

/** Adds up elements that have come of all ranks with the agreement, in the arithmetic of the other plain schedules. */
final class EarlySum implements Runnable {

    private final Supplier<Agreement> agreement;
    private final PlainReduction reduction;
    private final Sources messages;
    private final int ranks;
    private final long first;
    private final long count;

    /**
     * Prepares.
     *
     * @param agreement holds the messages of all ranks when the call has come so far
     * @param reduction writes the sums
     * @param first index in the vector of the first element that has come
     * @param count how many have
     */
    EarlySum(Group group, Supplier<Agreement> agreement, PlainReduction reduction, long first, long count) {
        this.agreement = agreement;
        this.reduction = reduction;
        this.ranks = group.size();
        this.messages = new Sources(ranks);
        this.first = first;
        this.count = count;
    }

    @Override
    public void run() {
        if (count == 0) {
            return;
        }
        for (int source = 0; source < ranks; source++) {
            messages.set(source, agreement.get().message(source));
        }
        reduction.combine(messages, 0, ranks, first, count, Agreement.vectorOffset());
    }
}
