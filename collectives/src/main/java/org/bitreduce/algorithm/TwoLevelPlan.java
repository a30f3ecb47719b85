// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.algorithm;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.function.IntSupplier;
import org.bitreduce.Codec;
import org.bitreduce.Placement;
import org.bitreduce.Reduction;
import org.bitreduce.codec.PackedLayout;
import org.bitreduce.codec.VectorStatistics;

/**
 * Makes the schedules of {@link org.bitreduce.Mode#TWO_LEVEL}. The vector is cut into as many parts as the host with fewest
 * ranks has ranks, and the p-th rank of each host owns part p there:
 *
 * <ol>
 *   <li>on each host, the owners add the parts of their host's vectors in rank order, in place where memory is shared;
 *   <li>the owners of the same part, one per host, cut it among themselves and do with their sums what two-shot does with
 *       vectors, or, for plain elements, add them in the order of hosts;
 *   <li>on each host, everybody takes the results from the parts' owners, in place where memory is shared.
 * </ol>
 *
 * Where ranks of a host cannot read each other's vectors, floats go in messages; the bits are the same.
 */
final class TwoLevelPlan {

    private final Channel channel;
    private final Group group;
    private final Scratch scratch;
    private final Call call;
    private final MemorySegment vector;
    private final Agreement agreement;
    private final Arithmetics arithmetics;
    private final Codec codec;
    private final Placement placement;
    private final int[] mates;
    /** This rank's place among its host's: the number of its part, if there are so many. */
    private final int place;

    private final Partition parts;
    private final HostSums sums;

    TwoLevelPlan(
            Channel channel,
            Group group,
            Scratch scratch,
            Call call,
            Codec codec,
            MemorySegment vector,
            Agreement agreement,
            Arithmetics arithmetics) {
        this.channel = channel;
        this.group = group;
        this.scratch = scratch;
        this.call = call;
        this.codec = codec;
        this.vector = vector;
        this.agreement = agreement;
        this.arithmetics = arithmetics;
        this.placement = group.placement();
        this.mates = placement.ranksOf(placement.hostOf(group.rank()));
        this.parts = Partition.of(call.count(), placement.fewest(), Planner.granuleBucket(codec));
        this.place = channel.among(mates).rank();
        this.sums = codec.isPlain() ? null : hostSums();
    }

    private HostSums hostSums() {
        long scales = PackedLayout.buckets(call.count(), codec.log2Bucket());
        return new HostSums(
                arithmetics.quantizer(),
                call.output(),
                new TwoShotReduction.Range(parts.start(place), parts.length(place)),
                scratch.sumNorms(scales * Float.BYTES),
                new VectorStatistics());
    }

    /** {@return the error to be expected of this rank's first rounding, relative to what it rounds} */
    double expectedError() {
        return sums == null ? 0 : sums.expectedError();
    }

    Schedule schedule() {
        Channel near = channel.among(mates);
        Exchanges inside = new Exchanges(near, group, call);
        PlainReduction addition = reduction(mates.length, place, vector, 1);
        Schedule adding = new OfMembers(adding(near, inside, addition), near);
        Schedule between = place < parts.ranks() ? amongHosts() : null;
        Schedule reducing = new Sequence(adding, this::summed, between);
        IntSupplier ready = () -> between != null && between.isDone() ? parts.chunks(place) : 0;
        Schedule spreading = inside.allGather(results(near, addition), parts, Stage.HOST_GATHER, false, ready);
        return new Both(reducing, new OfMembers(spreading, near));
    }

    private PlainReduction reduction(int members, int self, MemorySegment input, int divisor) {
        return new PlainReduction(
                group.kernels(), call.type(), call.reduction(), members, self, input, call.output(), 0, divisor);
    }

    private Schedule adding(Channel near, Exchanges inside, PlainReduction addition) {
        List<MemorySegment> inputs = InPlaceVectors.of(group, mates, agreement::inputPlace, vector, call.inputBytes());
        return inputs == null
                ? inside.reduceScatter(addition, parts, Stage.HOST_SCATTER)
                : new InPlaceReduction(near, addition, parts, inputs, List.of());
    }

    private GatherArithmetic results(Channel near, PlainReduction addition) {
        List<MemorySegment> outputs =
                InPlaceVectors.of(group, mates, agreement::outputPlace, call.output(), call.inputBytes());
        return outputs == null ? addition : new InPlaceGathering(near, call.type(), outputs, call.output());
    }

    /** The host's sums of this rank's part are complete. */
    private void summed() {
        MemorySegment residual = call.options().residual();
        if (residual != null) {
            // It has been added with the input; what is dropped now is kept by those who round.
            residual.asSlice(0, call.inputBytes()).fill((byte) 0);
        }
        long started = System.nanoTime();
        long bytes = parts.length(place) * call.type().bytes();
        if (sums != null && group.meter().spend(Work.READ, bytes)) {
            sums.measure();
            group.meter().done(Work.READ, bytes);
        }
        channel.countCodec(started);
    }

    private Schedule amongHosts() {
        Channel far = channel.among(counterparts());
        Exchanges outside = new Exchanges(far, group, call);
        Partition shares = Partition.of(parts.length(place), placement.hosts(), Planner.granuleBucket(codec));
        Layout layout = new Shifted(shares, parts.start(place));
        return new OfMembers(codec.isPlain() ? plain(far, outside, layout) : twoShot(far, outside, layout), far);
    }

    private int[] counterparts() {
        int[] ranks = new int[placement.hosts()];
        for (int host = 0; host < ranks.length; host++) {
            ranks[host] = placement.ranksOf(host)[place];
        }
        return ranks;
    }

    private Schedule plain(Channel far, Exchanges outside, Layout layout) {
        PlainReduction reduction = reduction(far.size(), far.rank(), call.output(), divisor());
        return outside.reduce(reduction, layout, AllGather.EVERYBODY);
    }

    private Schedule twoShot(Channel far, Exchanges outside, Layout layout) {
        Contribution own = arithmetics.contribution(group.rank(), call.output(), sums.norms());
        TwoShotReduction.Range share = new TwoShotReduction.Range(layout.start(far.rank()), layout.length(far.rank()));
        return outside.twoShot(arithmetics.twoShot(own, group.rank(), share), layout, AllGather.EVERYBODY);
    }

    private int divisor() {
        return call.reduction() == Reduction.MEAN ? group.size() : 1;
    }
}
