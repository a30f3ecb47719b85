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
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.bitreduce.transport.Transport;
import org.bitreduce.transport.shm.LocalGroup;
import org.bitreduce.transport.shm.SharedMemoryGroup;
import org.bitreduce.transport.tcp.TcpEnds;
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
    @ValueSource(ints = {1, 2, 3, 4, 5, 7})
    void allScenariosOverSharedMemory(int size) {
        RankThreads.run(size, world -> {
            GroupScenarios.run(world);
            return null;
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 4})
    void allScenariosOverTcp(int size) throws Exception {
        try (TcpEnds ends = TcpEnds.of(size)) {
            org.bitreduce.transport.RankThreads.run(size, rank -> {
                try (Communicator world = Communicator.over(ends.end(rank), RankThreads.OPTIONS)) {
                    GroupScenarios.run(world);
                    assertEquals("tcp", world.transportName());
                }
            });
        }
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
                    Transport transport = SharedMemoryGroup.threads(local, r, Duration.ofSeconds(20));
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
