// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.algorithm;

import java.lang.foreign.MemorySegment;
import java.util.function.Supplier;
import org.bitreduce.Reduction;

/** The same arithmetic as the schedules', on small vectors that have all come with the agreement. */
final class InlineVectors implements Runnable {

    private final Call call;
    private final int ranks;
    private final Supplier<Agreement> agreement;
    private final PlainReduction reduction;

    /**
     * Prepares the arithmetic.
     *
     * @param own this rank's vector
     * @param agreement holds the messages of all ranks when the call has come so far
     */
    InlineVectors(Group group, Call call, MemorySegment own, Supplier<Agreement> agreement) {
        this.call = call;
        this.ranks = group.size();
        this.agreement = agreement;
        this.reduction = call.operation() == Operation.ALL_REDUCE ? reduction(group, call, own) : null;
    }

    private static PlainReduction reduction(Group group, Call call, MemorySegment own) {
        int divisor = call.reduction() == Reduction.MEAN ? group.size() : 1;
        return new PlainReduction(
                group.kernels(),
                call.type(),
                call.reduction(),
                group.size(),
                group.rank(),
                own,
                call.output(),
                0,
                divisor);
    }

    /** Writes the result of the call. */
    @Override
    public void run() {
        switch (call.operation()) {
            case ALL_REDUCE -> {
                for (int source = 0; source < ranks; source++) {
                    MemorySegment message = agreement.get().message(source);
                    reduction.combine(source, 0, call.count(), message, Agreement.vectorOffset());
                }
            }
            case ALL_GATHER -> {
                for (int source = 0; source < ranks; source++) {
                    copy(source, source * call.inputBytes());
                }
            }
            default -> copy(call.root(), 0);
        }
    }

    private void copy(int source, long at) {
        MemorySegment message = agreement.get().message(source);
        MemorySegment.copy(message, Agreement.vectorOffset(), call.output(), at, call.inputBytes());
    }
}
