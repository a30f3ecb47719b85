// SPDX-License-Identifier: Apache-2.0
package org.bitreduce;

import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.bitreduce.algorithm.Call;
import org.bitreduce.algorithm.Engine;
import org.bitreduce.algorithm.ProgressLoop;
import org.bitreduce.algorithm.WorkMeter;
import org.bitreduce.codec.Draws;
import org.bitreduce.transport.GroupTransport;
import org.bitreduce.transport.Transport;

/**
 * What a communicator and all groups made of it share: the transport, who drives it, and the numbers of their contexts. Any
 * two groups that share a rank have different contexts, for a new one is greater than all that its members have met.
 */
final class Forming {

    private static final long HASH_MASK = (1L << GroupTransport.TAG_BITS - GroupTransport.MESSAGE_BITS) - 1;

    private final Transport transport;
    private final ProgressLoop loop;
    private final Map<Meeting, Integer> formed = new HashMap<>();
    private int nextContext = 1;

    /** Members of several groups may form a group of each at the same time, in any order. */
    private record Meeting(int parentContext, List<Integer> ranks) {}

    Forming(Transport transport, WorkMeter meter) {
        this.transport = transport;
        this.loop = new ProgressLoop(transport, meter);
    }

    ProgressLoop loop() {
        return loop;
    }

    /**
     * This rank's end of a new group.
     *
     * @param transport between its members
     * @param options of its calls
     */
    record Member(Transport transport, CommunicatorOptions options) {}

    /**
     * Makes groups of the ranks that pass the same colour.
     *
     * @param parent all of whose ranks call it
     * @param between its transport
     */
    Member split(Communicator parent, Transport between, int color, int key) {
        int size = parent.size();
        long[] all = new long[3 * size];
        long[] mine = {color, key, nextContext()};
        parent.allGather(Data.of(mine), Data.of(all), Codec.plain(), CallOptions.DEFAULT);
        int[] members = IntStream.range(0, size)
                .filter(r -> all[3 * r] == color)
                .boxed()
                .sorted(Comparator.comparingLong(r -> all[3 * r + 1]))
                .mapToInt(Integer::intValue)
                .toArray();
        long context =
                IntStream.range(0, size).mapToLong(r -> all[3 * r + 2]).max().orElseThrow();
        return member(between, parent.options(), members, takeContext(context));
    }

    /**
     * Makes a group of some ranks, who alone call it.
     *
     * @param parent the group whose ranks they are
     * @param options of that group's calls
     * @param ranks in the order of their numbers in the new one
     */
    Member subgroup(Transport parent, CommunicatorOptions options, int[] ranks) {
        checkMembers(parent, ranks);
        int[] sorted = IntStream.of(ranks)
                .map(rank -> rankOfAll(parent, rank))
                .sorted()
                .toArray();
        GroupTransport meeting = meeting(parent.context(), sorted);
        Engine agreeing = engine(meeting, options.withPlacement(null));
        try {
            long[] all = new long[2 * ranks.length];
            long[] mine = {hash(ranks), nextContext()};
            Call call = new Calls(meeting, options)
                    .allGather(Data.of(mine), Data.of(all), Codec.plain(), CallOptions.DEFAULT);
            loop.run(agreeing, call);
            long context = 0;
            for (int i = 0; i < ranks.length; i++) {
                if (all[2 * i] != mine[0]) {
                    throw new MismatchException(
                            "the members name the group's ranks in different orders: this is rank %d with %s, another one is rank %d of all; make all pass the same"
                                    .formatted(parent.rank(), Arrays.toString(ranks), sorted[i]));
                }
                context = Math.max(context, all[2 * i + 1]);
            }
            return member(parent, options, ranks, takeContext(context));
        } finally {
            loop.detach(agreeing);
        }
    }

    private static void checkMembers(Transport parent, int[] ranks) {
        boolean different = IntStream.of(ranks).distinct().count() == ranks.length;
        boolean inRange = IntStream.of(ranks).allMatch(r -> r >= 0 && r < parent.size());
        boolean member = IntStream.of(ranks).anyMatch(r -> r == parent.rank());
        if (!different || !inRange || !member) {
            throw new IllegalArgumentException(
                    "a group has different ranks from 0 to %d, and only members make it: rank=%d, ranks=%s"
                            .formatted(parent.size() - 1, parent.rank(), Arrays.toString(ranks)));
        }
    }

    private Member member(Transport parent, CommunicatorOptions options, int[] members, int context) {
        int[] ranks = IntStream.of(members).map(rank -> rankOfAll(parent, rank)).toArray();
        Placement asked = options.placement();
        CommunicatorOptions own = options.withSeed(seed(options.seed(), context, ranks[0]))
                .withPlacement(asked == null ? null : asked.among(members));
        return new Member(new GroupTransport(transport, ranks, context, 0), own);
    }

    private static int rankOfAll(Transport parent, int rank) {
        return parent instanceof GroupTransport group ? group.rankOfAll(rank) : rank;
    }

    /** {@return the least context that this rank has not met} */
    private synchronized long nextContext() {
        return nextContext;
    }

    /**
     * Takes the context that a group's members have agreed on.
     *
     * @param least the greatest of what they proposed
     */
    private synchronized int takeContext(long least) {
        if (least >= GroupTransport.FORMING) {
            throw new IllegalStateException(
                    "a run can make at most %d groups one after the other; keep groups instead of making them anew"
                            .formatted(GroupTransport.FORMING - 1));
        }
        nextContext = Math.max(nextContext, (int) least + 1);
        return (int) least;
    }

    /** {@return a transport over which members agree on a context, and nobody else sends} */
    private GroupTransport meeting(int parentContext, int[] sortedRanks) {
        var key = new Meeting(parentContext, Arrays.stream(sortedRanks).boxed().toList());
        int times;
        synchronized (this) {
            times = formed.merge(key, 1, Integer::sum);
        }
        long hash = Draws.mix64(hash(sortedRanks) + parentContext * 31L + times);
        long tagBase = (hash & HASH_MASK) << GroupTransport.MESSAGE_BITS;
        return new GroupTransport(transport, sortedRanks, GroupTransport.FORMING, tagBase);
    }

    /** {@return a number that differs between different orders of different ranks, as good as surely} */
    private static long hash(int[] ranks) {
        long hash = ranks.length;
        for (int rank : ranks) {
            hash = Draws.mix64(hash + rank);
        }
        return hash;
    }

    /** {@return a seed with which no group's random numbers are those of another} */
    private static long seed(long seed, int context, int firstRank) {
        return Draws.mix64(Draws.mix64(seed + context) + firstRank);
    }

    /** {@return what carries a group's calls out} */
    Engine engine(Transport group, CommunicatorOptions options) {
        return loop.attach(group, options);
    }
}
