// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.algorithm;

import java.lang.foreign.MemorySegment;
import org.bitreduce.Reduction;

/** The same arithmetic as the schedules', on small vectors that have all come with the agreement. */
final class InlineVectors {

    private InlineVectors() {}

    /**
     * Writes the result of a call.
     *
     * @param agreement holds the messages of all ranks
     * @param own this rank's vector
     */
    static void combine(Call call, Agreement agreement, MemorySegment own, Group group) {
        switch (call.operation()) {
            case ALL_REDUCE -> reduce(call, agreement, own, group);
            case ALL_GATHER -> {
                for (int source = 0; source < group.size(); source++) {
                    copy(call, agreement, source, source * call.inputBytes());
                }
            }
            default -> copy(call, agreement, call.root(), 0);
        }
    }

    private static void reduce(Call call, Agreement agreement, MemorySegment own, Group group) {
        int divisor = call.reduction() == Reduction.MEAN ? group.size() : 1;
        PlainReduction reduction = new PlainReduction(
                group.kernels(),
                call.type(),
                call.reduction(),
                group.size(),
                group.rank(),
                own,
                call.output(),
                0,
                divisor);
        for (int source = 0; source < group.size(); source++) {
            reduction.combine(source, 0, call.count(), agreement.message(source), Agreement.vectorOffset());
        }
    }

    private static void copy(Call call, Agreement agreement, int source, long at) {
        MemorySegment.copy(agreement.message(source), Agreement.vectorOffset(), call.output(), at, call.inputBytes());
    }
}
