// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.algorithm;

import java.lang.foreign.MemorySegment;
import java.nio.LongBuffer;
import java.util.function.IntSupplier;
import org.bitreduce.Codec;
import org.bitreduce.ElementType;
import org.bitreduce.Mode;
import org.bitreduce.Reduction;
import org.bitreduce.codec.PackedLayout;

/** Makes the schedule of a call from what was decided: picks the arithmetic and the exchange that carries it. */
final class Planner {

    private final Channel channel;
    private final Group group;
    private final Scratch scratch;
    private final int rank;

    Planner(Channel channel, Group group, Scratch scratch) {
        this.channel = channel;
        this.group = group;
        this.scratch = scratch;
        this.rank = channel.rank();
    }

    /** {@return what the table says for a call of a mode} */
    Algorithm algorithm(Call call, Mode mode) {
        return group.options()
                .algorithms()
                .choose(group.transport().name(), call.operation(), mode, group.size(), call.inputBytes());
    }

    private Exchanges exchanges(Call call, Decision decision) {
        return new Exchanges(channel, group, algorithm(call, decision.mode()), call, decision.codec());
    }

    /** {@return what is done of a call after its agreement} */
    Plan plan(Call call, Decision decision, Input input, Agreement agreement, long operation) {
        Arithmetics arithmetics = new Arithmetics(group, scratch, call, decision.codec(), operation);
        Schedule scales = agreeOnScales(call, decision, input);
        Schedule exchange = exchange(call, decision, input, agreement, arithmetics);
        return new Plan(decision, input, agreement, scales, exchange, arithmetics.draws());
    }

    /** {@return the schedule of a call whose agreement has passed; null if there is nothing left to do} */
    private Schedule exchange(Call call, Decision decision, Input input, Agreement agreement, Arithmetics arithmetics) {
        if (call.operation() == Operation.BARRIER || call.count() == 0) {
            return null;
        }
        Exchanges exchanges = exchanges(call, decision);
        if (decision.mode() == Mode.PLAIN) {
            return new PlainPlan(channel, group, call, input.vector(), agreement, exchanges).schedule();
        }
        Codec codec = decision.codec();
        boolean contributes = call.operation() != Operation.BROADCAST || call.root() == rank;
        Contribution own =
                contributes ? arithmetics.contribution(rank, input.vector(), input.norms(call, codec)) : null;
        return switch (call.operation()) {
            case REDUCE_SCATTER -> {
                Partition parts = exchanges.parts(call.count(), granuleBucket(codec));
                yield exchanges.reduceScatter(arithmetics.sums(own, parts), parts, Stage.SCATTER);
            }
            case ALL_REDUCE ->
                switch (decision.mode()) {
                    case TWOSHOT -> twoShot(call, codec, arithmetics, own, exchanges);
                    case EXACT -> exact(call, codec, arithmetics, own, exchanges);
                    default -> gather(call, codec, arithmetics, own, exchanges);
                };
            default -> gather(call, codec, arithmetics, own, exchanges);
        };
    }

    private Schedule twoShot(Call call, Codec codec, Arithmetics arithmetics, Contribution own, Exchanges exchanges) {
        Partition parts = exchanges.parts(call.count(), codec.log2Bucket());
        TwoShotReduction reduction = arithmetics.twoShot(own, rank, parts);
        Reducing scatter = exchanges.reduceScatter(reduction, parts, Stage.SCATTER);
        int chunks = parts.chunks(rank);
        // One scale for the whole part is known only when all of it has been added up.
        IntSupplier ready = codec.isWholeVector() ? () -> scatter.combined() == chunks ? chunks : 0 : scatter::combined;
        return new Both(scatter, exchanges.allGather(reduction, parts, Stage.GATHER, false, ready));
    }

    private Schedule exact(Call call, Codec codec, Arithmetics arithmetics, Contribution own, Exchanges exchanges) {
        Partition parts = exchanges.parts(call.count(), codec.log2Bucket());
        LongBuffer sums = LongBuffer.allocate(parts.chunks(rank));
        return exchanges.allReduce(arithmetics.exact(own, rank, parts, sums), parts, Stage.SCATTER, Stage.GATHER);
    }

    /** {@return the maximum over ranks of every scale, in place; null if there are no scales to agree on} */
    private Schedule agreeOnScales(Call call, Decision decision, Input input) {
        Codec codec = decision.codec();
        if (!sharesScales(decision) || call.count() == 0) {
            return null;
        }
        long scales = PackedLayout.buckets(call.count(), codec.log2Bucket());
        MemorySegment norms = input.norms(call, codec);
        Exchanges exchanges = exchanges(call, decision);
        Partition parts = exchanges.parts(scales, Codec.DEFAULT_LOG2_BUCKET);
        PlainReduction maximum = new PlainReduction(
                group.kernels(), ElementType.FLOAT, Reduction.MAX, group.size(), rank, norms, norms, 0);
        return exchanges.allReduce(maximum, parts, Stage.SCALES_SCATTER, Stage.SCALES_GATHER);
    }

    /** {@return whether all ranks round against the same scales, which they must learn first} */
    static boolean sharesScales(Decision decision) {
        return decision.mode() == Mode.EXACT && decision.codec().bits() > 1;
    }

    /** All-gather, broadcast, and all-reduce by gathering. */
    private Schedule gather(Call call, Codec codec, Arithmetics arithmetics, Contribution own, Exchanges exchanges) {
        Layout layout = gatherLayout(call, exchanges.chunk(granuleBucket(codec)));
        boolean adds = call.operation() == Operation.ALL_REDUCE;
        QuantizedGathering gathering = arithmetics.gathering(own, rank, layout);
        return exchanges.allGather(gathering, layout, Stage.GATHER, adds, () -> Integer.MAX_VALUE);
    }

    /** {@return what each rank contributes to a gathering} */
    static Layout gatherLayout(Call call, long chunk) {
        return switch (call.operation()) {
            case ALL_GATHER -> new Layout.Equal(call.count(), chunk);
            case BROADCAST -> new Layout.Root(call.root(), call.count(), chunk);
            default -> new Layout.Same(call.count(), chunk);
        };
    }

    /** {@return the bucket that the parts' borders respect} */
    static int granuleBucket(Codec codec) {
        return codec.isPlain() ? Codec.DEFAULT_LOG2_BUCKET : codec.log2Bucket();
    }
}
