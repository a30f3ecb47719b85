// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.algorithm;

import java.lang.foreign.MemorySegment;
import java.nio.LongBuffer;
import java.util.function.IntSupplier;
import org.bitreduce.Codec;
import org.bitreduce.CommunicatorOptions;
import org.bitreduce.ElementType;
import org.bitreduce.Mode;
import org.bitreduce.Reduction;
import org.bitreduce.Rounding;
import org.bitreduce.codec.Draws;
import org.bitreduce.codec.Kernels;
import org.bitreduce.codec.PackedLayout;

/** Makes the schedule of a call from what was decided: picks the arithmetic and the exchange that carries it. */
final class Planner {

    private static final int FIRST_ROUNDING = 0;
    private static final int OWNERS_ROUNDING = 1;

    private final Channel channel;
    private final Group group;
    private final Kernels kernels;
    private final Scratch scratch;
    private final CommunicatorOptions options;
    /** Those of the plan that is being made, by stage. */
    private final Draws[] draws = new Draws[2];

    private final int rank;
    private final int size;

    Planner(Channel channel, Group group, Scratch scratch) {
        this.channel = channel;
        this.group = group;
        this.kernels = group.kernels();
        this.scratch = scratch;
        this.options = group.options();
        this.rank = channel.rank();
        this.size = channel.size();
    }

    /** {@return what is done of a call after its agreement} */
    Plan plan(Call call, Decision decision, Input input, Agreement agreement, long operation) {
        draws[FIRST_ROUNDING] = null;
        draws[OWNERS_ROUNDING] = null;
        Schedule scales = agreeOnScales(call, decision, input);
        Schedule exchange = exchange(call, decision, input, agreement, operation);
        return new Plan(decision, input, agreement, scales, exchange, draws.clone());
    }

    /** {@return the schedule of a call whose agreement has passed; null if there is nothing left to do} */
    private Schedule exchange(Call call, Decision decision, Input input, Agreement agreement, long operation) {
        if (call.operation() == Operation.BARRIER || call.count() == 0) {
            return null;
        }
        if (decision.mode() == Mode.PLAIN) {
            PlainPlan plain = new PlainPlan(channel, group, call, input.vector(), agreement);
            return plain.schedule();
        }
        return switch (call.operation()) {
            case ALL_REDUCE -> allReduce(call, decision, input, operation);
            case REDUCE_SCATTER -> reduceScatter(call, decision, input, operation);
            default -> gather(call, decision, input, operation);
        };
    }

    private Schedule allReduce(Call call, Decision decision, Input input, long operation) {
        return switch (decision.mode()) {
            case TWOSHOT -> twoShot(call, decision.codec(), input, operation);
            case EXACT -> exact(call, decision.codec(), input, operation);
            default -> gather(call, decision, input, operation);
        };
    }

    private Schedule twoShot(Call call, Codec codec, Input input, long operation) {
        Partition parts = Partition.of(call.count(), size, codec.log2Bucket());
        Quantizer quantizer = new Quantizer(kernels, codec);
        TwoShotReduction.Range part = new TwoShotReduction.Range(parts.start(rank), parts.length(rank));
        TwoShotReduction reduction = new TwoShotReduction(
                quantizer,
                contribution(call, quantizer, input, operation),
                draws(call, codec, operation, OWNERS_ROUNDING),
                part,
                call.output(),
                scratch.partNorms(Float.BYTES),
                divisor(call));
        ReduceScatter scatter = new ReduceScatter(channel, reduction, parts, Stage.SCATTER);
        int chunks = parts.chunks(rank);
        // One scale for the whole part is known only when all of it has been added up.
        IntSupplier ready = codec.isWholeVector() ? () -> scatter.combined() == chunks ? chunks : 0 : scatter::combined;
        return new Both(scatter, new AllGather(channel, reduction, parts, Stage.GATHER, false, ready));
    }

    private Schedule exact(Call call, Codec codec, Input input, long operation) {
        Partition parts = Partition.of(call.count(), size, codec.log2Bucket());
        Quantizer quantizer = new Quantizer(kernels, codec);
        ExactReduction reduction = new ExactReduction(
                quantizer,
                contribution(call, quantizer, input, operation),
                size,
                rank,
                call.output(),
                scratch.integers(parts.longestChunk(size) * Integer.BYTES),
                parts,
                LongBuffer.allocate(parts.chunks(rank)),
                divisor(call));
        ReduceScatter scatter = new ReduceScatter(channel, reduction, parts, Stage.SCATTER);
        return new Both(scatter, new AllGather(channel, reduction, parts, Stage.GATHER, false, scatter::combined));
    }

    /** {@return the maximum over ranks of every scale, in place; null if there are no scales to agree on} */
    private Schedule agreeOnScales(Call call, Decision decision, Input input) {
        Codec codec = decision.codec();
        if (decision.mode() != Mode.EXACT || call.count() == 0 || codec.bits() == 1) {
            return null;
        }
        long scales = PackedLayout.buckets(call.count(), codec.log2Bucket());
        MemorySegment norms = input.norms(call, codec);
        Partition parts = Partition.of(scales, size, Codec.DEFAULT_LOG2_BUCKET);
        PlainReduction maximum =
                new PlainReduction(kernels, ElementType.FLOAT, Reduction.MAX, size, rank, norms, norms, 0);
        ReduceScatter scatter = new ReduceScatter(channel, maximum, parts, Stage.SCALES_SCATTER);
        return new Both(scatter, new AllGather(channel, maximum, parts, Stage.SCALES_GATHER, false, scatter::combined));
    }

    private Schedule reduceScatter(Call call, Decision decision, Input input, long operation) {
        Codec codec = decision.codec();
        Partition parts = Partition.of(call.count(), size, granuleBucket(codec));
        long first = parts.start(rank);
        Quantizer quantizer = new Quantizer(kernels, codec);
        Contribution own = contribution(call, quantizer, input, operation);
        SumsOfParts reduction = new SumsOfParts(quantizer, own, size, call.output(), first, divisor(call));
        return new ReduceScatter(channel, reduction, parts, Stage.SCATTER);
    }

    /** All-gather, broadcast, and all-reduce by gathering. */
    private Schedule gather(Call call, Decision decision, Input input, long operation) {
        Codec codec = decision.codec();
        Layout layout = gatherLayout(call, granuleBucket(codec));
        boolean adds = call.operation() == Operation.ALL_REDUCE;
        Quantizer quantizer = new Quantizer(kernels, codec);
        Contribution own = layout.length(rank) == 0 ? null : contribution(call, quantizer, input, operation);
        QuantizedGathering gathering = new QuantizedGathering(
                quantizer, own, layout, rank, call.output(), scratch.unitNorm(), adds, divisor(call));
        return new AllGather(channel, gathering, layout, Stage.GATHER, adds, () -> Integer.MAX_VALUE);
    }

    /** {@return what each rank contributes to a gathering} */
    static Layout gatherLayout(Call call, int log2Bucket) {
        long chunk = Math.max(Partition.granule(log2Bucket), Partition.CHUNK);
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

    private Contribution contribution(Call call, Quantizer quantizer, Input input, long operation) {
        Codec codec = quantizer.codec();
        return new Contribution(
                quantizer,
                input.vector(),
                input.norms(call, codec),
                draws(call, codec, operation, FIRST_ROUNDING),
                scratch.unitNorm(),
                call.options().residual());
    }

    private Draws draws(Call call, Codec codec, long operation, int stage) {
        if (codec.rounding() == Rounding.NEAREST) {
            return null;
        }
        Draws made = Draws.of(options.seed(), operation, call.options().stream(), stage, rank);
        draws[stage] = made;
        return made;
    }

    private int divisor(Call call) {
        return call.reduction() == Reduction.MEAN ? size : 1;
    }
}
