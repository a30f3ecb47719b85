// SPDX-License-Identifier: Apache-2.0
package org.bitreduce;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.bitreduce.transport.Transport;
import org.bitreduce.transport.shm.LocalGroup;
import org.bitreduce.transport.shm.SharedMemoryTransport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Communicators over some of the ranks. */
@Timeout(60)
class GroupsTest {

    private static long sum(Communicator group, long value) {
        long[] data = {value};
        group.allReduce(data, Reduction.SUM);
        return data[0];
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5, 7})
    void splitByColourAndKey(int size) {
        RankThreads.run(size, world -> {
            int color = world.rank() % 3 - 1;
            try (Communicator group = world.split(color, -world.rank())) {
                int[] members =
                        IntStream.range(0, size).filter(r -> r % 3 - 1 == color).toArray();
                assertEquals(members.length, group.size());
                assertEquals(world.rank(), members[members.length - 1 - group.rank()]);
                assertEquals(Arrays.stream(members).sum(), sum(group, world.rank()));
                assertEquals(size, sum(world, 1));
                long[] ranks = new long[group.size()];
                group.allGather(Data.of(new long[] {world.rank()}), Data.of(ranks), Codec.plain(), CallOptions.DEFAULT);
                for (int i = 0; i < ranks.length; i++) {
                    assertEquals(members[members.length - 1 - i], ranks[i]);
                }
            }
            return null;
        });
    }

    /** Quantizing calls, of all sizes and kinds, on a group within a group: as if it were all there is. */
    @Test
    void aGroupOfAGroupIsLikeAnyOther() {
        float[][] inputs = AllReduceTest.Inputs.gaussianOfAll(6000, 3, 0);
        List<Long> seeds = RankThreads.run(5, world -> {
            if (world.rank() == 2) {
                return 0L;
            }
            try (Communicator four = world.subgroup(4, 0, 3, 1)) {
                if (world.rank() == 0) {
                    return 0L;
                }
                try (Communicator three = four.subgroup(3, 0, 2)) {
                    assertEquals(List.of(1, 4, 3).indexOf(world.rank()), three.rank());
                    float[] data = inputs[three.rank()].clone();
                    three.allReduce(data, Reduction.MEAN, Codec.uniform(4));
                    long seed = three.options().seed();
                    assertArrayEquals(
                            new Oracle(inputs, Codec.uniform(4), Reduction.MEAN, seed, 0, 0).allReduce(Mode.TWOSHOT),
                            data);
                    Data own = Data.of(three.allocate(24_000), ElementType.FLOAT);
                    MemorySegment.copy(inputs[three.rank()], 0, own.memory(), ValueLayout.JAVA_FLOAT, 0, 6000);
                    three.allReduce(own, Reduction.SUM, Codec.plain());
                    assertArrayEquals(
                            new Oracle(inputs, Codec.plain(), Reduction.SUM, seed, 0, 0).allReduce(Mode.PLAIN),
                            own.memory().toArray(ValueLayout.JAVA_FLOAT));
                    return seed;
                }
            }
        });
        assertEquals(seeds.get(1), seeds.get(3));
        assertNotEquals(42, seeds.get(1));
    }

    /** Rows and columns share ranks; each rank calls on both from two threads, in whatever order they come. */
    @Test
    void groupsThatShareRanksMakeCallsAtTheSameTime() {
        RankThreads.run(4, world -> {
            try (Communicator row = world.split(world.rank() / 2, 0);
                    Communicator column = world.split(world.rank() % 2, 0);
                    ExecutorService threads = Executors.newFixedThreadPool(2)) {
                List<Future<?>> both = new ArrayList<>();
                for (Communicator group : List.of(row, column)) {
                    both.add(threads.submit(() -> {
                        Random pause = new Random(world.rank() * 31L + group.rank());
                        for (int i = 0; i < 150; i++) {
                            float[] data = {world.rank() + i};
                            if (pause.nextInt(10) == 0) {
                                Thread.sleep(1);
                            }
                            group.allReduce(data, Reduction.SUM, Codec.plain());
                            int other = group == row ? world.rank() ^ 1 : world.rank() ^ 2;
                            assertEquals(world.rank() + other + 2 * i, data[0]);
                        }
                        return null;
                    }));
                }
                for (Future<?> one : both) {
                    one.get();
                }
                assertEquals(4, sum(world, 1));
            }
            return null;
        });
    }

    /** Rank 0 begins with the one group, rank 1 with the other: neither may keep the other thread's call from moving. */
    @Test
    void aCallThatWaitsHoldsUpNoOtherGroup() {
        RankThreads.run(2, world -> {
            try (Communicator a = world.split(0, 0);
                    Communicator b = world.split(0, 0)) {
                Communicator first = world.rank() == 0 ? a : b;
                Communicator second = world.rank() == 0 ? b : a;
                CompletableFuture<Long> waits = CompletableFuture.supplyAsync(() -> sum(first, 1));
                Thread.sleep(50);
                assertEquals(2, sum(second, 1));
                assertEquals(2, waits.get());
                Pending pending = first.nonBlocking().allReduce(new long[] {1}, Reduction.SUM);
                assertEquals(2, sum(second, 1));
                pending.await();
            }
            return null;
        });
    }

    /** Nobody drives the calls of a group that is closed. */
    @Test
    void whatAClosedGroupHasPreparedIsRefused() {
        RankThreads.run(2, world -> {
            Communicator group = world.split(0, 0);
            long[] data = {1};
            Persistent sum = group.persistent().allReduce(data, Reduction.SUM);
            sum.run();
            group.close();
            assertThrows(IllegalStateException.class, sum::run);
            assertThrows(IllegalStateException.class, sum::start);
            assertEquals(2, sum(world, 1));
            return null;
        });
    }

    @Test
    void closingWhatAGroupWasMadeOfClosesIt() {
        RankThreads.run(2, world -> {
            Communicator group = world.split(0, 0);
            Communicator inner = group.split(0, 0);
            Communicator other = world.split(0, 1);
            group.close();
            assertThrows(IllegalStateException.class, inner::barrier);
            assertThrows(IllegalStateException.class, () -> inner.split(0, 0));
            inner.close();
            assertEquals(2, sum(other, 1));
            assertEquals(2, sum(world, 1));
            return null; // other is closed with the world
        });
    }

    @Test
    void manyGroupsGiveTheirMemoryBack() {
        RankThreads.run(2, world -> {
            for (int i = 0; i < 300; i++) {
                try (Communicator group = world.split(0, i % 2 == 0 ? world.rank() : -world.rank())) {
                    assertEquals(i % 2 == 0 ? world.rank() : 1 - world.rank(), group.rank());
                    assertEquals(3, sum(group, 1 + world.rank()));
                }
            }
            return null;
        });
    }

    @Test
    void membersMustBeRanksAndAmongThem() {
        RankThreads.run(3, world -> {
            int other = (world.rank() + 1) % 3;
            for (int[] wrong : new int[][] {{}, {other}, {world.rank(), world.rank()}, {world.rank(), 3}, {-1}}) {
                String message = assertThrows(IllegalArgumentException.class, () -> world.subgroup(wrong))
                        .getMessage();
                assertTrue(message.contains(Arrays.toString(wrong)), message);
            }
            int[] members = world.rank() == 2 ? new int[] {2, 1, 0} : new int[] {0, 1, 2};
            assertThrows(MismatchException.class, () -> world.subgroup(members));
            assertEquals(3, sum(world, 1));
            return null;
        });
    }

    @Test
    void differentCallsOfAGroupNameItAndLeaveItUsable() {
        RankThreads.run(3, world -> {
            try (Communicator group = world.split(world.rank() == 1 ? 1 : 0, 0)) {
                if (world.rank() != 1) {
                    float[] data = new float[10 + world.rank()];
                    String message = assertThrows(
                                    MismatchException.class, () -> group.allReduce(data, Reduction.SUM, Codec.plain()))
                            .getMessage();
                    assertTrue(message.contains("in group 1 of ranks [0, 2]"), message);
                    assertEquals(2, sum(group, 1));
                }
            }
            return null;
        });
    }

    /** A rank that does not come to its group's call is named by its rank among all, and all groups have failed. */
    @Test
    void aTimeOutInAGroupNamesItAndFailsAll() throws Exception {
        CommunicatorOptions patient = RankThreads.OPTIONS;
        CommunicatorOptions hasty = patient.withDeadline(Duration.ofSeconds(4));
        CountDownLatch failed = new CountDownLatch(1);
        try (LocalGroup local = LocalGroup.of(3);
                ExecutorService threads = Executors.newFixedThreadPool(3)) {
            List<Future<Void>> ranks = new ArrayList<>();
            for (int rank = 0; rank < 3; rank++) {
                int r = rank;
                ranks.add(threads.submit(() -> {
                    Transport transport = SharedMemoryTransport.threads(local, r, Duration.ofSeconds(20));
                    try (Communicator world = Communicator.over(transport, r == 1 ? hasty : patient);
                            Communicator group = world.split(r == 0 ? 0 : 1, 0)) {
                        if (r == 1) {
                            CollectiveException e = assertThrows(CollectiveException.class, group::barrier);
                            failed.countDown();
                            assertTrue(e.getMessage().contains("in group 1 of ranks [1, 2]"), e.getMessage());
                            assertTrue(e.getMessage().contains("rank 2 of all"), e.getMessage());
                            assertSame(e, assertThrows(CollectiveException.class, world::barrier));
                        } else {
                            failed.await();
                        }
                        assertThrows(CollectiveException.class, world::barrier);
                        assertThrows(CollectiveException.class, group::barrier);
                    }
                    return null;
                }));
            }
            for (Future<Void> rank : ranks) {
                try {
                    rank.get();
                } catch (ExecutionException e) {
                    throw new AssertionError(e.getCause());
                }
            }
        }
    }
}
