// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.algorithm;

import java.lang.foreign.MemorySegment;
import java.util.List;
import org.bitreduce.Codec;
import org.bitreduce.Reduction;

/**
 * Makes the schedules of plain calls: with messages, or, where the vectors of all ranks lie in memory that the others can
 * read, in place. Both give the same bits. A function of what all ranks know from the agreement, so all choose alike.
 */
final class PlainPlan {

    private final Channel channel;
    private final Group group;
    private final Call call;
    private final MemorySegment vector;
    private final Agreement agreement;
    private final Exchanges exchanges;

    PlainPlan(Channel channel, Group group, Call call, MemorySegment vector, Agreement agreement, Exchanges exchanges) {
        this.channel = channel;
        this.group = group;
        this.call = call;
        this.vector = vector;
        this.agreement = agreement;
        this.exchanges = exchanges;
    }

    Schedule schedule() {
        return switch (call.operation()) {
            case ALL_REDUCE -> allReduce();
            case REDUCE_SCATTER -> reduceScatter();
            case GATHER -> {
                Layout layout = layout();
                yield exchanges.toRoot(
                        new PlainGathering(call.type(), layout, group.rank(), vector, call.output()),
                        layout,
                        call.root());
            }
            case SCATTER -> {
                Layout layout = layout();
                yield exchanges.fromRoot(
                        new PlainScattering(call.type(), layout, group.rank(), vector, call.output()),
                        layout,
                        call.root());
            }
            default -> gather();
        };
    }

    private Layout layout() {
        return Planner.gatherLayout(call, exchanges.chunk(Codec.DEFAULT_LOG2_BUCKET));
    }

    private Schedule allReduce() {
        Partition parts = exchanges.parts(call.count(), Codec.DEFAULT_LOG2_BUCKET);
        PlainReduction sums = reduction(0);
        List<MemorySegment> inputs = inputs();
        if (inputs == null) {
            return exchanges.allReduce(sums, parts, Stage.SCATTER, Stage.GATHER);
        }
        InPlaceReduction reduction = new InPlaceReduction(channel, sums, parts, inputs);
        List<MemorySegment> outputs = outputs();
        GatherArithmetic results = outputs == null
                ? sums
                : new InPlaceGathering(channel, call.type(), parts, outputs, false, call.output());
        return new Both(reduction, exchanges.allGather(results, parts, Stage.GATHER, false, reduction::combined));
    }

    private Schedule reduceScatter() {
        Partition parts = exchanges.parts(call.count(), Codec.DEFAULT_LOG2_BUCKET);
        PlainReduction sums = reduction(parts.start(group.rank()));
        List<MemorySegment> inputs = inputs();
        if (inputs == null) {
            return exchanges.reduceScatter(sums, parts, Stage.SCATTER);
        }
        InPlaceReduction reduction = new InPlaceReduction(channel, sums, parts, inputs);
        // Tells the others that their inputs have been read.
        return new Both(reduction, exchanges.allGather(new Notices(), parts, Stage.GATHER, false, reduction::combined));
    }

    private Schedule gather() {
        Layout layout = layout();
        List<MemorySegment> inputs = call.operation() == Operation.BROADCAST ? rootsInput() : inputs();
        GatherArithmetic gathering = inputs == null
                ? new PlainGathering(call.type(), layout, group.rank(), vector, call.output())
                : new InPlaceGathering(channel, call.type(), layout, inputs, true, call.output());
        boolean adds = call.operation() == Operation.ALL_REDUCE;
        return exchanges.allGather(gathering, layout, Stage.GATHER, adds, () -> Integer.MAX_VALUE);
    }

    private PlainReduction reduction(long outputFirst) {
        return new PlainReduction(
                group.kernels(),
                call.type(),
                call.reduction(),
                group.size(),
                group.rank(),
                vector,
                call.output(),
                outputFirst,
                call.reduction() == Reduction.MEAN ? group.size() : 1);
    }

    /** {@return all ranks' inputs where they lie; null if one of them cannot be read there, or the table wants messages} */
    private List<MemorySegment> inputs() {
        return exchanges.algorithm() == Algorithm.DIRECT
                ? InPlaceVectors.of(group, group.ranks(), agreement::inputPlace, vector, call.inputBytes())
                : null;
    }

    private List<MemorySegment> rootsInput() {
        return exchanges.algorithm() == Algorithm.DIRECT
                ? InPlaceVectors.ofRoot(group, call.root(), agreement::inputPlace, vector, call.inputBytes())
                : null;
    }

    private List<MemorySegment> outputs() {
        return InPlaceVectors.of(group, group.ranks(), agreement::outputPlace, call.output(), call.inputBytes());
    }

    /** Chunks of nothing, which tell only that they are done. */
    private static final class Notices implements GatherArithmetic {

        @Override
        public long resultBytes(long count) {
            return 0;
        }

        @Override
        public void finish(long first, long count, MemorySegment message, long payload) {
            // A notice says all by coming.
        }

        @Override
        public void deliver(int owner, long first, long count, MemorySegment message, long payload) {
            // Nothing to write.
        }
    }
}
