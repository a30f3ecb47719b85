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

    /** Up to here the root's receiving all vectors takes less time than another step of latency. */
    private static final long AT_ONCE_BYTES = 32 << 10;

    private final Channel channel;
    private final Group group;
    private final Scratch scratch;
    private final Call call;
    private final MemorySegment vector;
    private final Agreement agreement;
    private final Exchanges exchanges;

    PlainPlan(
            Channel channel,
            Group group,
            Scratch scratch,
            Call call,
            MemorySegment vector,
            Agreement agreement,
            Exchanges exchanges) {
        this.channel = channel;
        this.group = group;
        this.scratch = scratch;
        this.call = call;
        this.vector = vector;
        this.agreement = agreement;
        this.exchanges = exchanges;
    }

    Schedule schedule() {
        return switch (call.operation()) {
            case ALL_REDUCE -> allReduce();
            case REDUCE -> reduce();
            case REDUCE_SCATTER -> reduceScatter();
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
        PlainReduction sums = reduction(call.output(), 0);
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
        PlainReduction sums = reduction(call.output(), parts.start(group.rank()));
        List<MemorySegment> inputs = inputs();
        if (inputs == null) {
            return exchanges.reduceScatter(sums, parts, Stage.SCATTER);
        }
        InPlaceReduction reduction = new InPlaceReduction(channel, sums, parts, inputs);
        return new Both(reduction, notices(parts, reduction));
    }

    /** {@return what tells the others that their inputs have been read} */
    private Schedule notices(Layout parts, InPlaceReduction reduction) {
        return exchanges.allGather(new Notices(), parts, Stage.SCATTER, false, reduction::combined);
    }

    /**
     * Owners add up, and the root takes their sums; of a small vector, or of two ranks, the root owns all. Where the root
     * owns something the sums are where the result belongs.
     */
    private Schedule reduce() {
        int root = call.root();
        boolean atOnce =
                exchanges.algorithm() == Algorithm.DIRECT && (group.size() == 2 || call.inputBytes() <= AT_ONCE_BYTES);
        Layout parts = atOnce
                ? new Layout.Root(root, call.count(), exchanges.chunk(Codec.DEFAULT_LOG2_BUCKET))
                : exchanges.parts(call.count(), Codec.DEFAULT_LOG2_BUCKET);
        int rank = group.rank();
        PlainReduction sums = rank == root
                ? reduction(call.output(), 0)
                : reduction(scratch.part(parts.length(rank) * call.type().bytes()), parts.start(rank));
        List<MemorySegment> inputs = inputs();
        Reducing reducing = inputs == null
                ? exchanges.reduceScatter(sums, parts, Stage.SCATTER)
                : new InPlaceReduction(channel, sums, parts, inputs);
        Layout others = new Layout.AllBut(root, parts);
        Schedule results = exchanges.gather(sums, others, Stage.GATHER, root, false, reducing::combined);
        Schedule both = new Both(reducing, results);
        return reducing instanceof InPlaceReduction reads ? new Both(both, notices(parts, reads)) : both;
    }

    private Schedule gather() {
        Layout layout = layout();
        List<MemorySegment> inputs = sharedInputs();
        GatherArithmetic gathering = inputs == null
                ? new PlainGathering(call.type(), layout, group.rank(), vector, call.output())
                : new InPlaceGathering(channel, call.type(), layout, inputs, true, call.output());
        return exchanges.gather(gathering, layout, Stage.GATHER, call.receiver(), false, () -> Integer.MAX_VALUE);
    }

    private PlainReduction reduction(MemorySegment output, long outputFirst) {
        return new PlainReduction(
                group.kernels(),
                call.type(),
                call.reduction(),
                group.size(),
                group.rank(),
                vector,
                output,
                outputFirst,
                call.reduction() == Reduction.MEAN ? group.size() : 1);
    }

    /** {@return all ranks' inputs where they lie; null if one of them cannot be read there, or the table wants messages} */
    private List<MemorySegment> inputs() {
        return exchanges.algorithm() == Algorithm.DIRECT
                ? InPlaceVectors.of(group, group.ranks(), agreement::inputPlace, vector, call.inputBytes())
                : null;
    }

    private List<MemorySegment> sharedInputs() {
        return switch (call.operation()) {
            case GATHER -> null; // messages, of which the other ranks need not be told that they have been read
            case BROADCAST -> rootsInput();
            default -> inputs();
        };
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
