// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.algorithm;

import java.lang.foreign.MemorySegment;
import java.util.function.Supplier;

/** A plain gathering of small vectors that have all come with the agreement: they are where they belong once copied. */
final class InlineCopies implements Runnable {

    private final Call call;
    private final int ranks;
    private final Supplier<Agreement> agreement;

    /**
     * Prepares.
     *
     * @param call an all-gather or a broadcast
     * @param agreement holds the messages of all ranks when the call has come so far
     */
    InlineCopies(Group group, Call call, Supplier<Agreement> agreement) {
        this.call = call;
        this.ranks = group.size();
        this.agreement = agreement;
    }

    /** Writes the result of the call. */
    @Override
    public void run() {
        if (call.operation() != Operation.ALL_GATHER) {
            copy(call.root(), 0);
            return;
        }
        for (int source = 0; source < ranks; source++) {
            copy(source, source * call.inputBytes());
        }
    }

    private void copy(int source, long at) {
        MemorySegment message = agreement.get().message(source);
        MemorySegment.copy(message, Agreement.vectorOffset(), call.output(), at, call.inputBytes());
    }
}
