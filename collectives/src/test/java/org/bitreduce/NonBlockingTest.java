// SPDX-License-Identifier: Apache-2.0
package org.bitreduce;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import org.bitreduce.AllReduceTest.Inputs;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Calls that are begun and awaited later. */
@Timeout(60)
class NonBlockingTest {

    private static final int SIZE = 3;
    private static final Codec FOUR = Codec.uniform(4);

    private static Pending begin(Communicator world, float[] data, CodecChooser codec) {
        MemorySegment segment = MemorySegment.ofArray(data);
        return world.nonBlocking()
                .allReduce(segment, segment, data.length, ElementType.FLOAT, Reduction.SUM, codec, CallOptions.DEFAULT);
    }

    /** Awaited in another order than begun, with blocking calls between, of sizes that end out of order. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5})
    void callsUnderWayTogetherGiveWhatTheyWouldOneByOne(int size) {
        int[] counts = {1, 700_000, 512, 0, 30_000, 300_001, 7};
        RankThreads.run(size, world -> {
            List<float[]> vectors = new ArrayList<>();
            List<Pending> pending = new ArrayList<>();
            for (int call = 0; call < counts.length; call++) {
                vectors.add(Inputs.gaussian(counts[call], world.rank(), call));
                pending.add(begin(world, vectors.get(call), call % 2 == 0 ? Codec.plain() : FOUR));
            }
            float[] blocking = {world.rank()};
            world.allReduce(blocking, Reduction.SUM, Codec.plain());
            assertEquals(size * (size - 1), 2 * blocking[0]);
            for (int call = counts.length - 1; call >= 0; call--) {
                assertEquals(call, pending.get(call).await().operation());
                assertTrue(pending.get(call).test());
            }
            for (int call = 0; call < counts.length; call++) {
                float[][] inputs = new float[size][];
                for (int rank = 0; rank < size; rank++) {
                    inputs[rank] = Inputs.gaussian(counts[call], rank, call);
                }
                Codec codec = call % 2 == 0 ? Codec.plain() : FOUR;
                Oracle oracle = new Oracle(inputs, codec, Reduction.SUM, 42, call, 0);
                float[] expected = oracle.allReduce(codec.isPlain() ? Mode.PLAIN : Mode.TWOSHOT);
                assertArrayEquals(expected, vectors.get(call), "call " + call);
            }
            return null;
        });
    }

    /** Nobody drives: the communicator's own thread must. */
    @Test
    void callsGoOnWhileTheirRanksDoSomethingElse() {
        CyclicBarrier allAreThrough = new CyclicBarrier(SIZE);
        RankThreads.run(SIZE, world -> {
            float[] data = Inputs.gaussian(100_000, world.rank(), 0);
            Pending pending = begin(world, data, FOUR);
            while (!isOver(pending)) {
                Thread.sleep(1);
            }
            allAreThrough.await();
            assertEquals(4, pending.await().bits());
            return null;
        });
    }

    /** Asks without driving. */
    private static boolean isOver(Pending pending) {
        return pending.toString().endsWith("over");
    }

    @Test
    void choosersAreAskedInTheOrderOfTheCalls() {
        List<List<Long>> asked = RankThreads.run(SIZE, world -> {
            List<Long> operations = new ArrayList<>();
            CodecChooser chooser = new CodecChooser() {
                @Override
                public Codec choose(AgreedStatistics agreed) {
                    operations.add(agreed.operation());
                    return Codec.uniform(2 + operations.size() % 6);
                }

                @Override
                public Codec prototype() {
                    return FOUR;
                }

                @Override
                public long fingerprint() {
                    return operations.size();
                }
            };
            List<Pending> pending = new ArrayList<>();
            for (int call = 0; call < 20; call++) {
                pending.add(begin(world, Inputs.gaussian(5_000 * (call % 3), world.rank(), call), chooser));
            }
            for (int call = 0; call < 20; call++) {
                assertEquals(2 + (call + 1) % 6, pending.get(call).await().bits());
            }
            return operations;
        });
        asked.forEach(operations -> assertEquals(asked.getFirst(), operations));
    }

    @Test
    void aWaitWithALimitEndsAndTheCallGoesOn() {
        CyclicBarrier limitIsOver = new CyclicBarrier(2);
        RankThreads.run(2, world -> {
            float[] data = {1};
            if (world.rank() == 1) {
                limitIsOver.await();
            }
            Pending pending = begin(world, data, Codec.plain());
            if (world.rank() == 0) {
                assertFalse(pending.await(Duration.ofMillis(20)));
                limitIsOver.await();
            }
            assertTrue(pending.await(Duration.ofSeconds(20)));
            pending.await();
            assertEquals(2, data[0]);
            assertThrows(IllegalArgumentException.class, () -> pending.await(Duration.ofMillis(-1)));
            return null;
        });
    }

    /** A long call is under way, so that the next ones only wait for it. */
    @Test
    void aCallCancelledInTimeFailsOnAllRanksAndTheOthersGoOn() {
        CyclicBarrier posted = new CyclicBarrier(SIZE);
        RankThreads.run(SIZE, world -> {
            // Rank 0 begins late, so no rank can be through with the first call's agreement when rank 1 cancels.
            if (world.rank() == 0) {
                posted.await();
            }
            Pending first = begin(world, Inputs.gaussian(1000, world.rank(), 0), FOUR);
            float[] data = {1};
            Pending cancelled = begin(world, data, Codec.plain());
            Pending cancelledByTwo = begin(world, data, Codec.plain());
            if (world.rank() == 1) {
                cancelled.cancel();
            }
            float[] last = {1};
            Pending after = begin(world, last, Codec.plain());
            if (world.rank() != 0) {
                // Rank 0 has not begun anything, so nobody can be further than the first call.
                cancelledByTwo.cancel();
                posted.await();
            }
            first.await();
            MismatchException e = assertThrows(MismatchException.class, cancelled::await);
            assertTrue(e.getMessage().contains("cancelled is"), e.getMessage());
            assertThrows(MismatchException.class, cancelledByTwo::await);
            after.await();
            assertEquals(SIZE, last[0]);
            assertEquals(1, data[0]);
            return null;
        });
    }

    @Test
    void aCallCancelledUnderWayFailsTheGroupForGood() {
        CyclicBarrier cancelled = new CyclicBarrier(2);
        RankThreads.run(2, world -> {
            float[] data = {1};
            if (world.rank() == 1) {
                cancelled.await();
                assertThrows(CollectiveException.class, () -> {
                    while (true) {
                        // The first call still finds what rank 0 had sent.
                        world.allReduce(data, Reduction.SUM, Codec.plain());
                    }
                });
                return null;
            }
            Pending pending = begin(world, data, Codec.plain());
            pending.await(Duration.ofMillis(50));
            pending.cancel();
            cancelled.await();
            TransportException e = assertThrows(TransportException.class, pending::await);
            assertTrue(e.getMessage().contains("rank 0 cancelled all-reduce 0"), e.getMessage());
            assertThrows(TransportException.class, world::barrier);
            return null;
        });
    }

    @Test
    void memoryOfOneThreadIsRefusedByName() {
        RankThreads.run(1, world -> {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment confined = arena.allocate(64);
                IllegalArgumentException e = assertThrows(
                        IllegalArgumentException.class,
                        () -> world.nonBlocking()
                                .broadcast(confined, 16, ElementType.FLOAT, 0, FOUR, CallOptions.DEFAULT));
                assertTrue(e.getMessage().startsWith("input is confined"), e.getMessage());
            }
            assertEquals(0, world.nextOperation());
            return null;
        });
    }

    @Test
    void closingWithACallUnderWayFailsItAndTellsTheOthers() {
        List<Throwable> failures = RankThreads.run(2, world -> {
            float[] data = new float[10];
            if (world.rank() == 0) {
                Pending pending = begin(world, data, Codec.plain());
                world.close();
                return assertThrows(TransportException.class, pending::await);
            }
            return assertThrows(RankFailedException.class, () -> {
                while (true) {
                    // The first call may still find rank 0's message.
                    world.barrier();
                }
            });
        });
        assertTrue(failures.get(0).getMessage().contains("when all-reduce 0 of 10 FLOAT elements was"));
        assertInstanceOf(RankFailedException.class, failures.get(1));
    }

    @Test
    void everyOperationHasANonBlockingForm() {
        RankThreads.run(SIZE, world -> {
            int rank = world.rank();
            float[] gathered = new float[SIZE];
            MemorySegment mine = MemorySegment.ofArray(new float[] {rank + 1});
            float[] sent = {rank == 2 ? 5 : 0};
            long part = world.partStart(1, rank + 1, Codec.plain()) - world.partStart(1, rank, Codec.plain());
            float[] reduced = new float[(int) part];
            CallOptions usual = CallOptions.DEFAULT;
            Codec plain = Codec.plain();
            List<Pending> all = List.of(
                    world.nonBlocking()
                            .allGather(mine, MemorySegment.ofArray(gathered), 1, ElementType.FLOAT, plain, usual),
                    world.nonBlocking().broadcast(MemorySegment.ofArray(sent), 1, ElementType.FLOAT, 2, plain, usual),
                    world.nonBlocking()
                            .reduceScatter(
                                    mine,
                                    MemorySegment.ofArray(reduced),
                                    1,
                                    ElementType.FLOAT,
                                    Reduction.SUM,
                                    plain,
                                    usual),
                    world.nonBlocking().barrier());
            all.forEach(Pending::await);
            assertArrayEquals(new float[] {1, 2, 3}, gathered);
            assertEquals(5, sent[0]);
            if (part == 1) {
                assertEquals(6, reduced[0]);
            }
            return null;
        });
    }
}
