// SPDX-License-Identifier: Apache-2.0
package org.bitreduce;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/**
 * What groups of a communicator must do, over any transport. Each rank of a group runs all of it in the same order; knows
 * nothing of how ranks are started.
 */
public final class GroupScenarios {

    private GroupScenarios() {}

    /**
     * Runs all scenarios.
     *
     * @param world at least one rank, all of which call this; usable afterwards
     * @throws Exception if one of them failed
     * @throws AssertionError likewise, naming what is not so
     */
    public static void run(Communicator world) throws Exception {
        splitByColourAndKey(world);
        membersMustBeRanksAndAmongThem(world);
        groupsOfGroupsGiveTheBitsOfTheirMembers(world);
        groupsThatShareRanksMakeCallsAtTheSameTime(world);
        aCallThatWaitsHoldsUpNoOtherGroup(world);
        closingWhatAGroupWasMadeOfClosesIt(world);
        manyGroupsOneAfterTheOther(world);
        differentCallsOfAGroupNameItAndLeaveItUsable(world);
    }

    private static long sum(Communicator group, long value) {
        long[] data = {value};
        group.allReduce(data, Reduction.SUM);
        return data[0];
    }

    private static void splitByColourAndKey(Communicator world) {
        int size = world.size();
        int color = world.rank() % 3 - 1;
        int[] members = IntStream.range(0, size).filter(r -> r % 3 - 1 == color).toArray();
        try (Communicator group = world.split(color, -world.rank())) {
            expect(members.length, group.size(), "members");
            expect(world.rank(), members[members.length - 1 - group.rank()], "rank by key");
            expect(Arrays.stream(members).sum(), sum(group, world.rank()), "sum over the group");
            expect(size, sum(world, 1), "sum over all, with a group open");
            long[] ranks = new long[group.size()];
            group.allGather(Data.of(new long[] {world.rank()}), Data.of(ranks), Codec.plain(), CallOptions.DEFAULT);
            for (int i = 0; i < ranks.length; i++) {
                expect(members[members.length - 1 - i], ranks[i], "gathered rank " + i);
            }
        }
    }

    private static void membersMustBeRanksAndAmongThem(Communicator world) {
        int other = (world.rank() + 1) % world.size();
        int[][] wrong = {{}, {world.rank(), world.rank()}, {world.rank(), world.size()}, {-1}};
        for (int[] ranks : wrong) {
            refused(world, ranks);
        }
        if (other != world.rank()) {
            refused(world, new int[] {other});
            int[] all = IntStream.range(0, world.size()).toArray();
            int[] members = world.rank() == world.size() - 1
                    ? IntStream.range(0, world.size())
                            .map(r -> world.size() - 1 - r)
                            .toArray()
                    : all;
            try {
                world.subgroup(members).close();
                throw new AssertionError("different orders made a group");
            } catch (MismatchException e) {
                expect(true, e.isClean(), "a clean mismatch of orders");
            }
        }
        expect(world.size(), sum(world, 1), "sum after what was refused");
    }

    private static void refused(Communicator world, int[] ranks) {
        try {
            world.subgroup(ranks).close();
        } catch (IllegalArgumentException e) {
            expect(true, e.getMessage().contains(Arrays.toString(ranks)), e.getMessage());
            return;
        }
        throw new AssertionError("a group was made of " + Arrays.toString(ranks));
    }

    /** Quantizing calls on a group within a group: the bits of the oracle, as if it were all there is. */
    private static void groupsOfGroupsGiveTheBitsOfTheirMembers(Communicator world) {
        int size = world.size();
        if (size < 2) {
            return;
        }
        int[] reversed = IntStream.range(0, size).map(r -> size - 1 - r).toArray();
        try (Communicator outer = world.subgroup(reversed)) {
            expect(size - 1 - world.rank(), outer.rank(), "rank in the reversed group");
            if (outer.rank() == size - 1 && size > 2) {
                return; // is in no inner group, and leaves: closing waits for nobody
            }
            int members = size > 2 ? size - 1 : 2;
            try (Communicator inner = outer.subgroup(IntStream.range(0, members).toArray())) {
                for (int count : new int[] {6, 6_000, 300_000}) {
                    long operation = inner.nextOperation();
                    float[][] inputs = AllReduceTest.Inputs.gaussianOfAll(count, members, count);
                    float[] data = inputs[inner.rank()].clone();
                    inner.allReduce(data, Reduction.MEAN, Codec.uniform(4));
                    long seed = inner.options().seed();
                    float[] expected = new Oracle(inputs, Codec.uniform(4), Reduction.MEAN, seed, operation, 0)
                            .allReduce(Mode.TWOSHOT);
                    expect(true, Arrays.equals(expected, data), "the oracle's bits of " + count + " elements");
                    inner.reduce(data, Reduction.SUM, members - 1, Codec.plain());
                    float all = inner.rank() == members - 1 ? members * expected[count - 1] : expected[count - 1];
                    expect(true, Math.abs(all - data[count - 1]) <= 1e-5 * Math.abs(all), "reduced in a group");
                }
            }
        }
    }

    /** Neighbours and all others share ranks; each rank calls on both from two threads, in whatever order they come. */
    private static void groupsThatShareRanksMakeCallsAtTheSameTime(Communicator world) throws Exception {
        int half = world.size() / 2;
        try (Communicator row = world.split(world.rank() < half ? 0 : 1, 0);
                Communicator column = world.split(world.rank() % 2, 0);
                ExecutorService threads = Executors.newFixedThreadPool(2)) {
            List<Future<?>> both = new ArrayList<>();
            for (Communicator group : List.of(row, column)) {
                both.add(threads.submit(() -> {
                    Random pause = new Random(world.rank() * 31L + group.rank());
                    for (int i = 0; i < 60; i++) {
                        if (pause.nextInt(10) == 0) {
                            Thread.sleep(1);
                        }
                        int size = group.size();
                        expect((long) size * i + size * (size - 1) / 2, sum(group, group.rank() + i), "sum " + i);
                    }
                    return null;
                }));
            }
            for (Future<?> one : both) {
                one.get(30, TimeUnit.SECONDS);
            }
            expect(world.size(), sum(world, 1), "sum over all after both");
        }
    }

    /** Even ranks begin with the one group, odd ones with the other: neither may keep the other's call from moving. */
    private static void aCallThatWaitsHoldsUpNoOtherGroup(Communicator world) throws Exception {
        int size = world.size();
        try (Communicator a = world.split(0, 0);
                Communicator b = world.split(0, 0)) {
            Communicator first = world.rank() % 2 == 0 ? a : b;
            Communicator second = world.rank() % 2 == 0 ? b : a;
            CountDownLatch begun = new CountDownLatch(1);
            FutureTask<Long> waits = new FutureTask<>(() -> {
                begun.countDown();
                return sum(first, 1);
            });
            Thread.ofPlatform().daemon().start(waits);
            begun.await();
            Thread.sleep(20);
            expect(size, sum(second, 1), "sum beside a call that waits");
            expect(size, waits.get(30, TimeUnit.SECONDS), "sum of the call that waited");
            Pending pending = first.nonBlocking().allReduce(new long[] {1}, Reduction.SUM);
            expect(size, sum(second, 1), "sum beside a pending call");
            pending.await();
        }
    }

    private static void closingWhatAGroupWasMadeOfClosesIt(Communicator world) {
        Communicator group = world.split(0, 0);
        Communicator inner = group.split(0, 0);
        try (Communicator other = world.split(0, 1)) {
            group.close();
            try {
                inner.barrier();
                throw new AssertionError("a closed group made a call");
            } catch (IllegalStateException e) {
                expect(true, e.getMessage().contains("closed"), e.getMessage());
            }
            inner.close();
            expect(world.size(), sum(other, 1), "sum over another group");
        }
        expect(world.size(), sum(world, 1), "sum over all after closing");
    }

    private static void manyGroupsOneAfterTheOther(Communicator world) {
        int size = world.size();
        for (int i = 0; i < 40; i++) {
            int key = i % 2 == 0 ? world.rank() : -world.rank();
            try (Communicator group = world.split(0, key)) {
                expect(i % 2 == 0 ? world.rank() : size - 1 - world.rank(), group.rank(), "rank in group " + i);
                expect((long) size * (size + 1) / 2, sum(group, 1 + world.rank()), "sum over group " + i);
            }
        }
    }

    private static void differentCallsOfAGroupNameItAndLeaveItUsable(Communicator world) {
        try (Communicator group = world.split(world.rank() == 1 ? 1 : 0, 0)) {
            if (world.rank() == 1 || group.size() < 2) {
                return;
            }
            float[] data = new float[10 + group.rank()];
            try {
                group.allReduce(data, Reduction.SUM, Codec.plain());
                throw new AssertionError("different counts were not noticed");
            } catch (MismatchException e) {
                expect(true, e.getMessage().contains("of ranks [0, 2"), e.getMessage());
            }
            expect(group.size(), sum(group, 1), "sum over the group after a mismatch");
        }
    }

    private static void expect(Object expected, Object found, String what) {
        boolean equal = expected instanceof Number a && found instanceof Number b
                ? a.longValue() == b.longValue()
                : expected.equals(found);
        if (!equal) {
            throw new AssertionError("%s: expected=%s, found=%s".formatted(what, expected, found));
        }
    }
}
