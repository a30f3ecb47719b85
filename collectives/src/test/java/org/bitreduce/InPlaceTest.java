// SPDX-License-Identifier: Apache-2.0
package org.bitreduce;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.bitreduce.AllReduceTest.Inputs;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Plain collectives on memory of {@link Communicator#allocate}, which peers read where it lies. */
@Timeout(60)
class InPlaceTest {

    private static final CallOptions USUAL = CallOptions.DEFAULT;
    private static final Codec PLAIN = Codec.plain();
    private static final ElementType FLOAT = ElementType.FLOAT;

    /** Which ranks have their vectors where others can read them. */
    enum Shared {
        ALL,
        NONE,
        ALL_BUT_ONE,
        INPUTS_ONLY;

        boolean input(int rank) {
            return this == ALL || this == INPUTS_ONLY || this == ALL_BUT_ONE && rank != 1;
        }

        boolean output(int rank) {
            return this == ALL || this == ALL_BUT_ONE && rank != 1;
        }
    }

    static Stream<Arguments> groups() {
        return IntStream.of(1, 2, 3, 5)
                .boxed()
                .flatMap(size -> IntStream.of(4097, 6000, 1_200_000)
                        .boxed()
                        .flatMap(count -> Stream.of(Shared.values()).map(shared -> Arguments.of(size, count, shared))));
    }

    /** Begins 4 bytes after the allocation, so that nothing is aligned. */
    private static MemorySegment vector(Communicator world, boolean shared, float[] values, int count) {
        MemorySegment memory =
                shared ? world.allocate(count * 4L + 4) : Arena.ofAuto().allocate(count * 4L + 4, 64);
        MemorySegment vector = memory.asSlice(4, count * 4L);
        MemorySegment.copy(values, 0, vector, JAVA_FLOAT, 0, values.length);
        return vector;
    }

    @ParameterizedTest(name = "{0} ranks, {1} elements, shared: {2}")
    @MethodSource("groups")
    void allReduceHasTheSameBits(int size, int count, Shared shared) {
        float[][] inputs = Inputs.gaussianOfAll(count, size, 0);
        float[] expected = new Oracle(inputs, PLAIN, Reduction.MEAN, 42, 0, 0).allReduce(Mode.PLAIN);
        RankThreads.run(size, world -> {
            int rank = world.rank();
            MemorySegment in = vector(world, shared.input(rank), inputs[rank], count);
            MemorySegment out = vector(world, shared.output(rank), new float[0], count);
            MemorySegment other = world.allocate(count * 4L);
            world.allReduce(other, other, count, FLOAT, Reduction.MEAN, PLAIN, USUAL); // the first call sends more
            long before = world.traffic().sentBytes();
            long bytes = world.allReduce(in, out, count, FLOAT, Reduction.MEAN, PLAIN, USUAL)
                    .wireBytes();
            assertArrayEquals(expected, out.toArray(JAVA_FLOAT));
            assertArrayEquals(inputs[rank], in.toArray(JAVA_FLOAT));
            bytes += world.allReduce(in, in, count, FLOAT, Reduction.MEAN, PLAIN, USUAL)
                    .wireBytes();
            assertArrayEquals(expected, in.toArray(JAVA_FLOAT));
            assertEquals(bytes, world.traffic().sentBytes() - before);
            return null;
        });
    }

    @ParameterizedTest(name = "{0} ranks, {1} elements, shared: {2}")
    @MethodSource("groups")
    void reduceScatterAllGatherAndBroadcastHaveTheSameBits(int size, int count, Shared shared) {
        float[][] inputs = Inputs.gaussianOfAll(count, size, 0);
        float[] sum = new Oracle(inputs, PLAIN, Reduction.SUM, 42, 0, 0).allReduce(Mode.PLAIN);
        float[] concatenated = new float[size * count];
        for (int rank = 0; rank < size; rank++) {
            System.arraycopy(inputs[rank], 0, concatenated, rank * count, count);
        }
        RankThreads.run(size, world -> {
            int rank = world.rank();
            MemorySegment in = vector(world, shared.input(rank), inputs[rank], count);
            int first = (int) world.partStart(count, rank, PLAIN);
            int part = (int) world.partStart(count, rank + 1, PLAIN) - first;
            MemorySegment own = in.asSlice(first * 4L, part * 4L);
            world.reduceScatter(in, own, count, FLOAT, Reduction.SUM, PLAIN, USUAL);
            assertArrayEquals(Arrays.copyOfRange(sum, first, first + part), own.toArray(JAVA_FLOAT));

            MemorySegment all = vector(world, shared.output(rank), new float[0], size * count);
            MemorySegment place = all.asSlice(rank * (count * 4L), count * 4L);
            MemorySegment.copy(inputs[rank], 0, place, JAVA_FLOAT, 0, count);
            world.allGather(place, all, count, FLOAT, PLAIN, USUAL);
            assertArrayEquals(concatenated, all.toArray(JAVA_FLOAT));

            int root = size - 1;
            MemorySegment data = vector(world, shared.input(rank), inputs[rank], count);
            world.broadcast(data, count, FLOAT, root, PLAIN, USUAL);
            assertArrayEquals(inputs[root], data.toArray(JAVA_FLOAT));
            return null;
        });
    }

    /** What a call makes of vectors whose elements are all {@code rank + call}, in the part that is looked at. */
    enum Kind {
        ALL_REDUCE,
        REDUCE,
        REDUCE_SCATTER,
        ALL_GATHER,
        BROADCAST;

        static final int COUNT = 60_000;
        static final int ROOT = 2;

        float make(Communicator world, MemorySegment in, MemorySegment out, int call) {
            int size = world.size();
            int sum = size * (size - 1) / 2 + size * call;
            return switch (this) {
                case ALL_REDUCE -> {
                    world.allReduce(in, out, COUNT, FLOAT, Reduction.SUM, PLAIN, USUAL);
                    yield sum;
                }
                case REDUCE -> {
                    world.reduce(in, out, COUNT, FLOAT, Reduction.SUM, ROOT, PLAIN, USUAL);
                    yield world.rank() == ROOT ? sum : Float.NaN;
                }
                case REDUCE_SCATTER -> {
                    world.reduceScatter(in, out, COUNT, FLOAT, Reduction.SUM, PLAIN, USUAL);
                    yield sum;
                }
                case ALL_GATHER -> {
                    world.allGather(in, out, COUNT / size, FLOAT, PLAIN, USUAL);
                    yield call; // of rank 0, who comes first
                }
                case BROADCAST -> {
                    MemorySegment.copy(in, 0, out, 0, COUNT * 4L);
                    world.broadcast(out, COUNT, FLOAT, ROOT, PLAIN, USUAL);
                    yield ROOT + call;
                }
            };
        }
    }

    /** A rank may change its vectors as soon as its call has returned, though others may still be in theirs. */
    @ParameterizedTest
    @EnumSource(Kind.class)
    void vectorsAreTheCallersAgainWhenTheCallReturns(Kind kind) {
        int size = 4;
        int looked = Kind.COUNT / size - 1024;
        RankThreads.run(size, world -> {
            MemorySegment in = world.allocate(Kind.COUNT * 4L);
            MemorySegment out = world.allocate(Kind.COUNT * 4L);
            for (int call = 1; call <= 100; call++) {
                for (long i = 0; i < Kind.COUNT; i++) {
                    in.setAtIndex(JAVA_FLOAT, i, world.rank() + call);
                }
                float expected = kind.make(world, in, out, call);
                in.fill((byte) 77);
                for (long i = 0; i < looked && !Float.isNaN(expected); i += 97) {
                    assertEquals(expected, out.getAtIndex(JAVA_FLOAT, i));
                }
                out.fill((byte) 77);
                long later = call;
                for (long i = 0; i < looked; i += 97) {
                    assertEquals(
                            0x4d4d4d4d, out.getAtIndex(ValueLayout.JAVA_INT, i), () -> "written after call " + later);
                }
            }
            return null;
        });
    }

    /** Short and long ones, so that their work ends in another order than that of the calls. */
    @Test
    void callsUnderWayTogetherKeepTheirVectorsApart() {
        int[] counts = {200_000, 2_000, 50_000, 5_000, 100_000};
        RankThreads.run(3, world -> {
            MemorySegment[] vectors = IntStream.of(counts)
                    .mapToObj(count -> world.allocate(count * 4L))
                    .toArray(MemorySegment[]::new);
            for (int round = 1; round <= 20; round++) {
                List<Pending> pending = new ArrayList<>();
                for (int i = 0; i < counts.length; i++) {
                    for (long at = 0; at < counts[i]; at++) {
                        vectors[i].setAtIndex(JAVA_FLOAT, at, (world.rank() + 1) * round + i);
                    }
                    pending.add(world.nonBlocking()
                            .allReduce(vectors[i], vectors[i], counts[i], FLOAT, Reduction.SUM, PLAIN, USUAL));
                }
                for (int i = counts.length - 1; i >= 0; i--) {
                    pending.get(i).await();
                    for (long at = 0; at < counts[i]; at++) {
                        assertEquals(6 * round + 3 * i, vectors[i].getAtIndex(JAVA_FLOAT, at));
                    }
                }
            }
            return null;
        });
    }

    @Test
    void peersReadSharedVectorsWithoutMessages() {
        int count = 1 << 20;
        List<Long> received = RankThreads.run(2, world -> {
            MemorySegment data = world.allocate(count * 4L);
            world.allReduce(data, FLOAT, Reduction.SUM, PLAIN);
            return world.traffic().receivedBytes();
        });
        received.forEach(bytes -> assertTrue(bytes < 1000, "bytes in messages: " + bytes));
    }

    /** Integrity wants a checksum of every payload, which vectors in place do not have. */
    @Test
    void integritySendsMessages() {
        int count = 1 << 18;
        List<Long> received = RankThreads.run(2, RankThreads.OPTIONS.withIntegrity(true), world -> {
            MemorySegment data = world.allocate(count * 4L);
            world.allReduce(data, FLOAT, Reduction.SUM, PLAIN);
            return world.traffic().receivedBytes();
        });
        received.forEach(bytes -> assertTrue(bytes > count * 4L, "bytes in messages: " + bytes));
    }
}
