// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.algorithm;

import java.lang.foreign.MemorySegment;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.bitreduce.Codec;
import org.bitreduce.ElementType;
import org.bitreduce.Mode;
import org.bitreduce.Reduction;
import org.bitreduce.codec.PackedLayout;

/** Makes the schedule of a call from what was decided: picks the arithmetic and the exchange that carries it. */
final class Planner {

    private static final Set<Algorithm> EARLY = EnumSet.copyOf(
            Arrays.stream(Algorithm.values()).filter(Algorithm::isEarly).toList());

    /** Its records differ from rank to rank, so they cannot be shown to all. */
    private static final Set<Algorithm> APART = EnumSet.of(Algorithm.EAGER);

    private static final Set<Algorithm> NONE = EnumSet.noneOf(Algorithm.class);

    private final Channel channel;
    private final Group group;
    private final Scratch scratch;
    private final Supplier<Agreement> agreement;
    private final int rank;
    private final boolean showsRecords;

    /**
     * Prepares planning.
     *
     * @param agreement of the call under way
     */
    Planner(Channel channel, Group group, Scratch scratch, Supplier<Agreement> agreement) {
        this.channel = channel;
        this.group = group;
        this.scratch = scratch;
        this.agreement = agreement;
        this.rank = channel.rank();
        this.showsRecords = Agreement.showsRecords(group);
    }

    /** {@return what the table says for a call of a mode} */
    Algorithm algorithm(Call call, Mode mode) {
        return group.options()
                .algorithms()
                .choose(
                        group.transport().name(),
                        call.operation(),
                        mode,
                        call.options().order(),
                        group.size(),
                        call.inputBytes(),
                        unfit(call, mode));
    }

    private Set<Algorithm> unfit(Call call, Mode mode) {
        // Who rounds others' elements has them as floats, which doubles become on their way into a message only.
        boolean roundsDoubles = call.isDouble() && mode != Mode.PLAIN;
        return roundsDoubles ? EARLY : showsRecords ? APART : NONE;
    }

    /** {@return how the vector of a call with a prototype travels with the agreement; DIRECT if it does not} */
    Algorithm early(Call call, Codec prototype) {
        if (call.count() == 0 || call.operation() == Operation.BARRIER) {
            return Algorithm.DIRECT;
        }
        Algorithm chosen = algorithm(call, Decision.mode(call, prototype));
        boolean unfit = chosen == Algorithm.EAGER && !prototype.isPlain() && !EagerRoundings.fits(prototype);
        return chosen.isEarly() && !unfit ? chosen : Algorithm.DIRECT;
    }

    /** {@return who owns what of a vector whose parts travel with the agreement, when no codec is known yet} */
    Partition owners(Call call) {
        return Partition.of(call.count(), group.size(), Codec.DEFAULT_LOG2_BUCKET);
    }

    private Exchanges exchanges(Call call, Decision decision) {
        return new Exchanges(channel, group, algorithm(call, decision.mode()), call, decision.codec());
    }

    /**
     * {@return what is done of a call after its agreement}
     *
     * @param early how vectors have come with it; DIRECT if they have not
     */
    Plan plan(Call call, Decision decision, Input input, long operation, Algorithm early) {
        Arithmetics arithmetics = new Arithmetics(group, scratch, call, decision.codec(), operation);
        if (early == Algorithm.INLINE || early == Algorithm.EAGER && canRoundEarly(decision)) {
            if (!decision.codec().isPlain() && input.hasVector()) {
                input.norms(call, decision.codec()); // while the input is there: the result may go over it
            }
            Schedule exchange = early == Algorithm.INLINE
                    ? inline(call, decision, input, arithmetics)
                    : eager(call, decision, input, arithmetics);
            return new Plan(decision, input, agreement.get(), early, early, null, exchange, arithmetics.drawings());
        }
        if (decision.mode() == Mode.TWO_LEVEL && call.count() > 0) {
            TwoLevelPlan levels = new TwoLevelPlan(
                    channel, group, scratch, call, decision.codec(), input.vector(), agreement.get(), arithmetics);
            Schedule both = levels.schedule();
            return new Plan(decision, input, agreement.get(), both, arithmetics.drawings(), levels::expectedError);
        }
        Schedule scales = agreeOnScales(call, decision, input);
        Exchanges exchanges = exchanges(call, decision);
        Schedule exchange = exchange(call, decision, input, arithmetics, exchanges);
        return new Plan(
                decision,
                input,
                agreement.get(),
                early,
                exchanges.algorithm(),
                scales,
                exchange,
                arithmetics.drawings());
    }

    /** {@return whether elements that have come early are of use for what was decided} */
    private static boolean canRoundEarly(Decision decision) {
        return decision.mode() == Mode.PLAIN
                || decision.mode() == Mode.TWOSHOT && EagerRoundings.fits(decision.codec());
    }

    private Schedule eager(Call call, Decision decision, Input input, Arithmetics arithmetics) {
        Exchanges exchanges = new Exchanges(channel, group, call);
        Partition parts = owners(call);
        AllReduceArithmetic arithmetic;
        Runnable combination = () -> {};
        if (decision.mode() == Mode.PLAIN) {
            PlainReduction sums = PlainReduction.of(group, call, input.vector(), call.output(), 0);
            arithmetic = sums;
            combination = new EarlySum(group, agreement, sums, parts.start(rank), parts.length(rank));
        } else if (!group.meter().hasData()) {
            MemorySegment norms = input.norms(call, decision.codec());
            arithmetic = arithmetics.twoShot(arithmetics.contribution(rank, input.vector(), norms), rank, parts);
        } else {
            EagerRoundings roundings = new EagerRoundings(group, scratch, call, input, arithmetics, parts, agreement);
            arithmetic = roundings.arithmetic();
            combination = roundings;
        }
        Reducing reducing = combination(
                call, decision, group.size() * parts.length(rank) * call.type().bytes(), combination);
        return new Both(reducing, exchanges.allGather(arithmetic, parts, Stage.GATHER, false, reducing::combined));
    }

    private Schedule inline(Call call, Decision decision, Input input, Arithmetics arithmetics) {
        Runnable combination = () -> {};
        if (decision.mode() == Mode.PLAIN && call.operation() == Operation.ALL_REDUCE) {
            PlainReduction sums = PlainReduction.of(group, call, input.vector(), call.output(), 0);
            combination = new EarlySum(group, agreement, sums, 0, call.count());
        } else if (decision.mode() == Mode.PLAIN) {
            combination = new InlineCopies(group, call, agreement);
        } else if (group.meter().hasData()) {
            combination = new InlineRoundings(group, scratch, call, decision, input, arithmetics, agreement);
        }
        return combination(call, decision, group.size() * call.inputBytes(), combination);
    }

    /** {@return the one step in which elements that have come early are rounded, if they are, and combined} */
    private Combination combination(Call call, Decision decision, long bytes, Runnable arithmetic) {
        boolean rounds = decision.mode() != Mode.PLAIN && call.operation().combines();
        return new Combination(channel, group.meter(), rounds ? bytes : 0, bytes, arithmetic);
    }

    /** {@return the schedule of a call whose agreement has passed; null if there is nothing left to do} */
    private Schedule exchange(Call call, Decision decision, Input input, Arithmetics arithmetics, Exchanges exchanges) {
        if (call.operation() == Operation.BARRIER || call.count() == 0) {
            return null;
        }
        if (exchanges.algorithm() == Algorithm.HALVING) {
            return new HalvingAllReduce(channel, group, call, input.vector());
        }
        if (decision.mode() == Mode.PLAIN) {
            return new PlainPlan(channel, group, scratch, call, input.vector(), agreement.get(), exchanges).schedule();
        }
        Codec codec = decision.codec();
        if (call.operation() == Operation.SCATTER) {
            return scatter(call, codec, input, arithmetics, exchanges);
        }
        Contribution own = call.contributes(rank)
                ? arithmetics.contribution(rank, input.vector(), input.norms(call, codec))
                : null;
        return switch (call.operation()) {
            case REDUCE_SCATTER -> {
                Partition parts = exchanges.parts(call.count(), granuleBucket(codec));
                yield exchanges.reduceScatter(arithmetics.sums(own, parts), parts, Stage.SCATTER);
            }
            case ALL_REDUCE, REDUCE ->
                switch (decision.mode()) {
                    case TWOSHOT -> twoShot(call, codec, arithmetics, own, exchanges);
                    case EXACT -> exact(call, codec, arithmetics, own, exchanges);
                    case VOTE -> vote(call, codec, arithmetics, own, exchanges);
                    default -> gather(call, codec, arithmetics, own, exchanges);
                };
            default -> gather(call, codec, arithmetics, own, exchanges);
        };
    }

    private Schedule twoShot(Call call, Codec codec, Arithmetics arithmetics, Contribution own, Exchanges exchanges) {
        Partition parts = exchanges.parts(call.count(), codec.log2Bucket());
        return exchanges.twoShot(arithmetics.twoShot(own, rank, parts), parts, call.receiver());
    }

    private Schedule exact(Call call, Codec codec, Arithmetics arithmetics, Contribution own, Exchanges exchanges) {
        Partition parts = exchanges.parts(call.count(), codec.log2Bucket());
        LongBuffer sums = LongBuffer.allocate(parts.chunks(rank));
        return exchanges.reduce(arithmetics.exact(own, rank, parts, sums), parts, call.receiver());
    }

    private Schedule vote(Call call, Codec codec, Arithmetics arithmetics, Contribution own, Exchanges exchanges) {
        Partition parts = exchanges.parts(call.count(), codec.log2Bucket());
        return exchanges.reduce(arithmetics.vote(own, rank, parts), parts, call.receiver());
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
                group.kernels(), ElementType.FLOAT, Reduction.MAX, group.size(), rank, norms, norms, 0, 1);
        return exchanges.allReduce(maximum, parts, Stage.SCALES_SCATTER, Stage.SCALES_GATHER);
    }

    /** {@return whether all ranks round against the same scales, which they must learn first} */
    static boolean sharesScales(Decision decision) {
        return decision.mode() == Mode.EXACT && decision.codec().bits() > 1;
    }

    private Schedule scatter(Call call, Codec codec, Input input, Arithmetics arithmetics, Exchanges exchanges) {
        Layout layout = gatherLayout(call, exchanges.chunk(granuleBucket(codec)));
        List<Contribution> vectors = new ArrayList<>();
        for (int peer = 0; peer < group.size() && call.contributes(rank); peer++) {
            vectors.add(arithmetics.contribution(peer, input.vector(call, peer), input.norms(call, codec, peer)));
        }
        Scattering scattering = new Scattering(arithmetics.gathering(null, rank, layout), vectors, layout, rank);
        return exchanges.fromRoot(scattering, layout, call.root());
    }

    /** All-gather, gather, broadcast, and reductions by gathering. */
    private Schedule gather(Call call, Codec codec, Arithmetics arithmetics, Contribution own, Exchanges exchanges) {
        Layout layout = gatherLayout(call, exchanges.chunk(granuleBucket(codec)));
        boolean adds = call.operation().combines();
        QuantizedGathering gathering = arithmetics.gathering(own, rank, layout);
        return exchanges.gather(gathering, layout, Stage.GATHER, call.receiver(), adds, () -> Integer.MAX_VALUE);
    }

    /** {@return what each rank contributes to a gathering} */
    static Layout gatherLayout(Call call, long chunk) {
        return switch (call.operation()) {
            case ALL_GATHER, GATHER, SCATTER -> new Layout.Equal(call.count(), chunk);
            case BROADCAST -> new Layout.Root(call.root(), call.count(), chunk);
            default -> new Layout.Same(call.count(), chunk);
        };
    }

    /** {@return the bucket that the parts' borders respect} */
    static int granuleBucket(Codec codec) {
        return codec.isPlain() ? Codec.DEFAULT_LOG2_BUCKET : codec.log2Bucket();
    }
}
