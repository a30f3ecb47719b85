// SPDX-License-Identifier: Apache-2.0
package org.bitreduce;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.agrona.concurrent.UnsafeBuffer;
import org.bitreduce.AllReduceTest.Inputs;
import org.bitreduce.algorithm.Algorithm;
import org.bitreduce.algorithm.AlgorithmTable;
import org.bitreduce.algorithm.Rules;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Reduce: the root gets what all-reduce would have given, the others keep what they have. */
@Timeout(60)
class ReduceTest {

    private static final CallOptions USUAL = CallOptions.DEFAULT;

    /** None, fewer than ranks, below and beyond what the root receives at once, and of several parts. */
    private static final int[] COUNTS = {0, 1, 700, 8_192, 20_000};

    static Stream<Arguments> everything() {
        List<Codec> codecs = List.of(
                Codec.plain(),
                Codec.uniform(4),
                Codec.sign(Norm.UNIT),
                Codec.sign(Norm.MEAN_MAGNITUDE),
                new Codec(3, Norm.MAX, Codec.WHOLE_VECTOR, Rounding.STOCHASTIC),
                new Codec(6, Norm.EUCLIDEAN, 10, Rounding.NEAREST));
        return IntStream.of(1, 2, 3, 4, 7)
                .boxed()
                .flatMap(size -> codecs.stream()
                        .flatMap(codec -> modes(codec, size).map(mode -> Arguments.of(size, codec, mode))));
    }

    private static Stream<Mode> modes(Codec codec, int size) {
        return Stream.of(Mode.values())
                .filter(mode -> mode != Mode.TWO_LEVEL && codec.isPlain() == (mode == Mode.PLAIN))
                .filter(mode -> Rules.refusal(mode, codec, size) == null);
    }

    /** Every root, in place and not, in memory that the others can read and on the heap. */
    @ParameterizedTest(name = "{0} ranks, {1}, {2}")
    @MethodSource("everything")
    void theRootGetsTheBitsOfAllReduce(int size, Codec codec, Mode mode) {
        Reduction reduction = size % 2 == 0 ? Reduction.SUM : Reduction.MEAN;
        CallOptions options = USUAL.withMode(mode).withStream(7);
        int calls = COUNTS.length * size;
        float[][][] inputs = new float[calls][][];
        float[][] expected = new float[calls][];
        for (int c = 0; c < calls; c++) {
            inputs[c] = Inputs.gaussianOfAll(COUNTS[c % COUNTS.length], size, c);
            expected[c] = new Oracle(inputs[c], codec, reduction, 42, c, 7).allReduce(mode);
        }
        RankThreads.run(size, world -> {
            for (int c = 0; c < calls; c++) {
                int count = COUNTS[c % COUNTS.length];
                int root = c / COUNTS.length;
                float[] mine = inputs[c][world.rank()];
                MemorySegment in = (c + root) % 2 == 0
                        ? world.allocate(count * 4L).copyFrom(MemorySegment.ofArray(mine))
                        : MemorySegment.ofArray(mine.clone());
                boolean inPlace = c % 3 == 0;
                MemorySegment out = inPlace ? in : world.allocate(count * 4L);
                Outcome done = world.reduce(in, out, count, ElementType.FLOAT, reduction, root, codec, options);
                String what = "call " + c + ", rank " + world.rank() + ", root " + root + ", count " + count;
                assertEquals(mode, done.mode(), what);
                if (world.rank() == root) {
                    assertArrayEquals(expected[c], out.toArray(JAVA_FLOAT), what);
                }
                if (world.rank() != root || !inPlace) {
                    assertArrayEquals(mine, in.toArray(JAVA_FLOAT), what);
                }
                if (world.rank() != root && !inPlace) {
                    assertArrayEquals(new float[count], out.toArray(JAVA_FLOAT), what);
                }
            }
            return null;
        });
    }

    static Stream<Arguments> large() {
        return Stream.of(
                Arguments.of(Codec.plain(), Mode.PLAIN),
                Arguments.of(Codec.uniform(4), Mode.TWOSHOT),
                Arguments.of(Codec.uniform(3), Mode.EXACT),
                Arguments.of(Codec.uniform(3), Mode.GATHER),
                Arguments.of(new Codec(3, Norm.MAX, Codec.WHOLE_VECTOR, Rounding.STOCHASTIC), Mode.TWOSHOT));
    }

    /** More chunks than are under way at once, by messages and, plain, in place; over the grid too. */
    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("large")
    void largeVectorsAreCutIntoChunks(Codec codec, Mode mode) {
        int size = 3;
        int count = size * 4 * (1 << 18) + 12_345;
        float[][] inputs = Inputs.gaussianOfAll(count, size, 3);
        float[] expected = new Oracle(inputs, codec, Reduction.MEAN, 42, 0, 0).allReduce(mode);
        for (Algorithm algorithm : List.of(Algorithm.DIRECT, Algorithm.GRID)) {
            CommunicatorOptions options = RankThreads.OPTIONS.withAlgorithms(AlgorithmTable.only(algorithm));
            RankThreads.run(size, options, world -> {
                boolean shared = algorithm == Algorithm.DIRECT;
                MemorySegment data = shared ? world.allocate(count * 4L) : MemorySegment.ofArray(new float[count]);
                data.copyFrom(MemorySegment.ofArray(inputs[world.rank()]));
                world.reduce(data, data, count, ElementType.FLOAT, Reduction.MEAN, 1, codec, USUAL.withMode(mode));
                float[] wanted = world.rank() == 1 ? expected : inputs[world.rank()];
                assertArrayEquals(wanted, data.toArray(JAVA_FLOAT), algorithm + ", rank " + world.rank());
                return null;
            });
        }
    }

    @Test
    void plainTypesReductionsAndKindsOfMemory() {
        int size = 3;
        RankThreads.run(size, world -> {
            boolean isRoot = world.rank() == 2;
            int[] ints = {world.rank(), -world.rank(), 7};
            world.reduce(ints, Reduction.SUM, 2);
            assertArrayEquals(isRoot ? new int[] {3, -3, 21} : new int[] {world.rank(), -world.rank(), 7}, ints);

            long[] longs = new long[30_000];
            Arrays.setAll(longs, i -> (long) i * size + world.rank());
            world.reduce(longs, Reduction.MAX, 2);
            assertEquals(29_999L * size + (isRoot ? size - 1 : world.rank()), longs[29_999]);

            double[] doubles = new double[20_000];
            Arrays.setAll(doubles, i -> i + 0.25 * world.rank());
            world.reduce(doubles, Reduction.MEAN, 2, Codec.plain());
            assertEquals(19_999 + (isRoot ? 0.25 : 0.25 * world.rank()), doubles[19_999]);

            float[] floats = {world.rank(), -world.rank()};
            world.reduce(floats, Reduction.MIN, 2, Codec.plain());
            assertArrayEquals(isRoot ? new float[] {0, -2} : new float[] {world.rank(), -world.rank()}, floats);

            UnsafeBuffer buffer = new UnsafeBuffer(new byte[16]);
            buffer.putDouble(8, world.rank() + 0.5);
            world.reduce(Data.of(buffer, ElementType.DOUBLE), Reduction.SUM, 2, Codec.plain());
            assertEquals(isRoot ? 4.5 : world.rank() + 0.5, buffer.getDouble(8));

            float[] own = {1, 2};
            float[] sum = new float[2];
            world.reduce(Data.of(own), isRoot ? Data.of(sum) : null, Reduction.SUM, 2, Codec.plain(), USUAL);
            assertArrayEquals(isRoot ? new float[] {3, 6} : new float[2], sum);
            return null;
        });
    }

    /** Doubles travel as floats: the root's are those of all-reduce. */
    @ParameterizedTest
    @EnumSource(
            value = Mode.class,
            names = {"TWOSHOT", "EXACT", "GATHER"})
    void doublesAreQuantizedAsInAllReduce(Mode mode) {
        int count = 30_000;
        RankThreads.run(3, world -> {
            double[] mine = new double[count];
            Arrays.setAll(mine, i -> Math.sin(i * 0.37 + world.rank()));
            double[] all = mine.clone();
            double[] one = mine.clone();
            CallOptions options = USUAL.withMode(mode);
            Codec codec = new Codec(5, Norm.MAX, 9, Rounding.NEAREST); // which draws nothing
            world.allReduce(Data.of(all), Data.of(all), Reduction.MEAN, codec, options);
            world.reduce(Data.of(one), Data.of(one), Reduction.MEAN, 0, codec, options);
            assertArrayEquals(world.rank() == 0 ? all : mine, one);
            return null;
        });
    }

    /** What was sent and what is kept add up, also where an owner is not the root. */
    @ParameterizedTest
    @EnumSource(
            value = Mode.class,
            names = {"TWOSHOT", "EXACT", "GATHER"})
    void errorFeedbackKeepsWhatRoundingDrops(Mode mode) {
        ErrorFeedbackSum.check(3, RankThreads.OPTIONS, 1, mode, (world, x, options) -> {
            world.reduce(Data.of(x), Data.of(x), Reduction.SUM, 1, Codec.uniform(3), options);
            return x;
        });
    }

    /** A reduce, and no all-reduce whose result is dropped; by messages and, plain in shared memory, by reading. */
    @Test
    void bytesOnTheWireAreAboutHalfOfAllReduce() {
        int size = 4;
        long count = 1 << 18;
        for (Codec codec : List.of(Codec.plain(), Codec.uniform(4))) {
            for (Mode mode : codec.isPlain() ? List.of(Mode.PLAIN) : List.of(Mode.TWOSHOT, Mode.GATHER)) {
                double part = mode == Mode.GATHER ? 1.0 / size : (size + 1) / (2.0 * size);
                for (boolean shared : new boolean[] {true, false}) {
                    List<long[]> bytes = RankThreads.run(size, world -> {
                        Data data = shared
                                ? Data.of(world.allocate(count * 4), ElementType.FLOAT)
                                : Data.of(new float[(int) count]);
                        CallOptions options = USUAL.withMode(mode);
                        return new long[] {
                            world.allReduce(data, data, Reduction.SUM, codec, options)
                                    .wireBytes(),
                            world.reduce(data, data, Reduction.SUM, 2, codec, options)
                                    .wireBytes()
                        };
                    });
                    double all = bytes.stream().mapToLong(b -> b[0]).sum();
                    double one = bytes.stream().mapToLong(b -> b[1]).sum();
                    assertEquals(part, one / all, 0.02, codec + ", " + mode + ", shared " + shared);
                }
            }
        }
    }

    @Test
    void ofTwoRanksAndOfLittleTheRootReceivesVectorsOnly() {
        for (int[] what : new int[][] {{2, 1 << 18}, {4, 8_192}}) {
            int size = what[0];
            int count = what[1];
            List<Long> bytes = RankThreads.run(size, world -> {
                float[] data = new float[count];
                return world.reduce(data, Reduction.SUM, 0, Codec.plain()).wireBytes();
            });
            assertTrue(bytes.get(0) < 2_000, "the root sent " + bytes);
            assertEquals(4.0 * count, bytes.get(1), 2_000);
        }
    }

    @Test
    void begunPreparedAndInGroups() {
        RankThreads.run(4, world -> {
            try (Communicator pair = world.split(world.rank() % 2, -world.rank())) {
                long[] data = {world.rank(), 1};
                Pending pending = pair.nonBlocking().reduce(data, Reduction.SUM, 1);
                float[] beside = {world.rank()};
                world.reduce(beside, Reduction.MAX, 3, Codec.plain());
                pending.await();
                boolean isRoot = world.rank() < 2; // of the pair, whose order is the other way round
                assertArrayEquals(isRoot ? new long[] {2L * world.rank() + 2, 2} : new long[] {world.rank(), 1}, data);
                assertEquals(3, world.rank() == 3 ? beside[0] : 3);

                float[] again = new float[2_000];
                Persistent call = pair.persistent().reduce(again, Reduction.SUM, 0, Codec.plain());
                for (int step = 1; step <= 3; step++) {
                    Arrays.fill(again, step);
                    call.run();
                    assertEquals(pair.rank() == 0 ? 2 * step : step, again[1_999]);
                }
            }
            return null;
        });
    }

    @Test
    void differentRootsAreNamedOnEveryRank() {
        List<String> told = RankThreads.run(3, world -> {
            float[] data = {1, 2};
            try {
                world.reduce(data, Reduction.SUM, world.rank() == 1 ? 1 : 2, Codec.plain());
            } catch (MismatchException e) {
                assertArrayEquals(new float[] {1, 2}, data);
                world.barrier();
                return e.getMessage();
            }
            return "nothing";
        });
        for (String message : told) {
            assertTrue(message.contains("root is 2 on rank 0 and 1 on rank 1"), message);
        }
    }
}
