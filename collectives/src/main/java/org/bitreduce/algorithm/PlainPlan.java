// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.algorithm;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.bitreduce.Codec;

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
        List<MemorySegment> outputs = outputs();
        if (outputs == null) {
            InPlaceReduction reduction = new InPlaceReduction(channel, sums, parts, inputs, List.of());
            return new Both(reduction, exchanges.allGather(sums, parts, Stage.GATHER, false, reduction::combined));
        }
        return completed(new InPlaceReduction(channel, sums, parts, inputs, others(outputs)));
    }

    private List<MemorySegment> others(List<MemorySegment> outputs) {
        List<MemorySegment> others = new ArrayList<>(outputs);
        others.remove(group.rank());
        return others;
    }

    /** {@return some work in others' memory, which ends when all ranks have done theirs} */
    private Schedule completed(Schedule work) {
        return group.completions().after(group, channel, work);
    }

    private Schedule reduceScatter() {
        Partition parts = exchanges.parts(call.count(), Codec.DEFAULT_LOG2_BUCKET);
        PlainReduction sums = reduction(call.output(), parts.start(group.rank()));
        List<MemorySegment> inputs = inputs();
        if (inputs == null) {
            return exchanges.reduceScatter(sums, parts, Stage.SCATTER);
        }
        return completed(new InPlaceReduction(channel, sums, parts, inputs, List.of()));
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
        if (inputs == null) {
            Reducing reducing = exchanges.reduceScatter(sums, parts, Stage.SCATTER);
            return new Both(reducing, toRoot(sums, parts, reducing));
        }
        MemorySegment output = rootsOutput();
        if (output == null) {
            InPlaceReduction reducing = new InPlaceReduction(channel, sums, parts, inputs, List.of());
            return completed(new Both(reducing, toRoot(sums, parts, reducing)));
        }
        List<MemorySegment> targets = rank == root ? List.of() : List.of(output);
        return completed(new InPlaceReduction(channel, sums, parts, inputs, targets));
    }

    private Schedule toRoot(PlainReduction sums, Layout parts, Reducing reducing) {
        Layout others = new Layout.AllBut(call.root(), parts);
        return exchanges.gather(sums, others, Stage.GATHER, call.root(), false, reducing::combined);
    }

    private Schedule gather() {
        Layout layout = layout();
        List<MemorySegment> inputs = sharedInputs();
        if (inputs != null) {
            return completed(new InPlaceCopy(channel, call.type().bytes(), layout, inputs, call.output()));
        }
        PlainGathering gathering = new PlainGathering(call.type(), layout, group.rank(), vector, call.output());
        return exchanges.gather(gathering, layout, Stage.GATHER, call.receiver(), false, () -> Integer.MAX_VALUE);
    }

    private PlainReduction reduction(MemorySegment output, long outputFirst) {
        return PlainReduction.of(group, call, vector, output, outputFirst);
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

    /** {@return the root's output where it lies; null if it cannot be written there} */
    private MemorySegment rootsOutput() {
        List<MemorySegment> outputs =
                InPlaceVectors.ofRoot(group, call.root(), agreement::outputPlace, call.output(), call.inputBytes());
        return outputs == null ? null : outputs.get(call.root());
    }
}
