// SPDX-License-Identifier: Apache-2.0
package org.bitreduce;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.bitreduce.AllReduceTest.Inputs;
import org.bitreduce.algorithm.Parts;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Reduce-scatter, all-gather, gather, scatter and broadcast. */
class CollectivesTest {

    private static final List<Codec> CODECS = List.of(
            Codec.plain(),
            Codec.uniform(4),
            Codec.sign(Norm.MEAN_MAGNITUDE),
            new Codec(3, Norm.MAX, Codec.WHOLE_VECTOR, Rounding.STOCHASTIC),
            new Codec(6, Norm.EUCLIDEAN, 10, Rounding.NEAREST));

    static Stream<Arguments> groups() {
        Stream<Arguments> small = IntStream.of(1, 2, 3, 4, 7)
                .boxed()
                .flatMap(size -> CODECS.stream()
                        .flatMap(codec -> Stream.of(0, 1, 513, 6000).map(count -> Arguments.of(size, codec, count))));
        Stream<Arguments> manyChunks = CODECS.stream().map(codec -> Arguments.of(2, codec, 1_200_000));
        return Stream.concat(small, manyChunks);
    }

    @ParameterizedTest(name = "{0} ranks, {1}, {2} elements")
    @MethodSource("groups")
    void reduceScatterLeavesEachRankItsPart(int size, Codec codec, int count) {
        float[][] inputs = Inputs.gaussianOfAll(count, size, 0);
        Oracle oracle = new Oracle(inputs, codec, Reduction.MEAN, 42, 0, 0);
        float[] expected = codec.isPlain() ? oracle.allReduce(Mode.PLAIN) : oracle.partMeans();
        RankThreads.run(size, world -> {
            long first = world.partStart(count, world.rank(), codec);
            long end = world.partStart(count, world.rank() + 1, codec);
            MemorySegment data = MemorySegment.ofArray(inputs[world.rank()].clone());
            // In place on odd ranks.
            MemorySegment out = world.rank() % 2 == 1
                    ? data.asSlice(first * 4, (end - first) * 4)
                    : MemorySegment.ofArray(new float[(int) (end - first)]);
            world.reduceScatter(data, out, count, ElementType.FLOAT, Reduction.MEAN, codec, CallOptions.DEFAULT);
            assertArrayEquals(Arrays.copyOfRange(expected, (int) first, (int) end), out.toArray(JAVA_FLOAT));
            return null;
        });
    }

    @ParameterizedTest(name = "{0} ranks, {1}, {2} elements")
    @MethodSource("groups")
    void allGatherConcatenatesInRankOrder(int size, Codec codec, int count) {
        float[][] inputs = Inputs.gaussianOfAll(count, size, 0);
        Oracle oracle = new Oracle(inputs, codec, Reduction.SUM, 42, 0, 0);
        float[] expected = new float[size * count];
        for (int r = 0; r < size; r++) {
            float[] part = codec.isPlain() ? inputs[r] : oracle.rounded(r, 1);
            System.arraycopy(part, 0, expected, r * count, count);
        }
        RankThreads.run(size, world -> {
            MemorySegment out = MemorySegment.ofArray(new float[size * count]);
            MemorySegment in = MemorySegment.ofArray(inputs[world.rank()]);
            world.allGather(in, out, count, ElementType.FLOAT, codec, CallOptions.DEFAULT);
            assertArrayEquals(expected, out.toArray(JAVA_FLOAT));
            return null;
        });
    }

    @ParameterizedTest(name = "{0} ranks, {1}, {2} elements")
    @MethodSource("groups")
    void gatherAndScatterGiveEachVectorItsOwnRounding(int size, Codec codec, int count) {
        int root = size - 1;
        float[][] inputs = Inputs.gaussianOfAll(count, size, 0);
        float[] all = new float[size * count];
        for (int r = 0; r < size; r++) {
            System.arraycopy(inputs[r], 0, all, r * count, count);
        }
        RankThreads.run(size, world -> {
            boolean isRoot = world.rank() == root;
            float[] gathered = new float[isRoot ? size * count : 0];
            float[] mine = inputs[world.rank()].clone();
            world.gather(Data.of(mine), Data.of(gathered), root, codec, CallOptions.DEFAULT);
            if (isRoot) {
                assertArrayEquals(allRounded(inputs, codec, 0), gathered);
            }
            assertArrayEquals(inputs[world.rank()], mine);

            float[] got = new float[count];
            float[] given = isRoot ? all.clone() : new float[0];
            world.scatter(Data.of(given), Data.of(got), root, codec, CallOptions.DEFAULT);
            float[] expected =
                    Arrays.copyOfRange(allRounded(inputs, codec, 1), world.rank() * count, (world.rank() + 1) * count);
            assertArrayEquals(expected, got);
            if (isRoot) {
                assertArrayEquals(all, given);
            }
            return null;
        });
    }

    private static float[] allRounded(float[][] inputs, Codec codec, int operation) {
        Oracle oracle = new Oracle(inputs, codec, Reduction.SUM, 42, operation, 0);
        int count = inputs[0].length;
        float[] all = new float[inputs.length * count];
        for (int r = 0; r < inputs.length; r++) {
            System.arraycopy(codec.isPlain() ? inputs[r] : oracle.rounded(r, 1), 0, all, r * count, count);
        }
        return all;
    }

    /** The root's own part may lie where it is in the whole. */
    @ParameterizedTest
    @MethodSource("codecs")
    void gatherAndScatterInPlaceOnTheRoot(Codec codec) {
        int count = 1000;
        int root = 1;
        float[][] inputs = Inputs.gaussianOfAll(count, 3, 0);
        RankThreads.run(3, world -> {
            boolean isRoot = world.rank() == root;
            Data all = Data.of(new float[3 * count]);
            Data own = isRoot ? all.slice((long) root * count, count) : Data.of(new float[count]);
            MemorySegment.copy(inputs[world.rank()], 0, own.memory(), JAVA_FLOAT, 0, count);
            world.gather(own, all, root, codec, CallOptions.DEFAULT);
            float[] gathered = all.memory().toArray(JAVA_FLOAT);
            if (isRoot) {
                assertArrayEquals(allRounded(inputs, codec, 0), gathered);
            }
            world.scatter(all, own, root, codec, CallOptions.DEFAULT);
            if (isRoot) {
                float[] rest = all.memory().toArray(JAVA_FLOAT);
                assertArrayEquals(Arrays.copyOf(gathered, count), Arrays.copyOf(rest, count));
                assertArrayEquals(
                        Arrays.copyOfRange(gathered, 2 * count, 3 * count),
                        Arrays.copyOfRange(rest, 2 * count, 3 * count));
            }
            return null;
        });
    }

    static List<Codec> codecs() {
        return CODECS;
    }

    @ParameterizedTest(name = "{0} ranks, {1}, {2} elements")
    @MethodSource("groups")
    void broadcastCopiesTheRoots(int size, Codec codec, int count) {
        int root = size / 2;
        float[][] inputs = Inputs.gaussianOfAll(count, size, 0);
        float[] expected =
                codec.isPlain() ? inputs[root] : new Oracle(inputs, codec, Reduction.SUM, 42, 0, 0).rounded(root, 1);
        RankThreads.run(size, world -> {
            MemorySegment data = MemorySegment.ofArray(inputs[world.rank()].clone());
            world.broadcast(data, count, ElementType.FLOAT, root, codec, CallOptions.DEFAULT);
            assertArrayEquals(expected, data.toArray(JAVA_FLOAT));
            return null;
        });
    }

    static Stream<Arguments> parts() {
        return Stream.of(0L, 1L, 511L, 512L, 513L, 5_000L, 1L << 33)
                .flatMap(count -> IntStream.of(1, 2, 3, 7, 64).mapToObj(ranks -> Arguments.of(count, ranks)));
    }

    @ParameterizedTest(name = "{0} elements, {1} ranks")
    @MethodSource("parts")
    void partsCoverTheVectorAtWholeBuckets(long count, int ranks) {
        for (Codec codec : CODECS) {
            long granule = codec.isPlain() || codec.isWholeVector() ? 512 : Math.max(512, 1 << codec.log2Bucket());
            long previous = 0;
            for (int part = 0; part <= ranks; part++) {
                long start = Parts.start(count, part, ranks, codec);
                org.junit.jupiter.api.Assertions.assertTrue(start >= previous && start <= count);
                org.junit.jupiter.api.Assertions.assertTrue(start % granule == 0 || start == count);
                org.junit.jupiter.api.Assertions.assertTrue(
                        start - previous <= Math.ceilDiv(Math.ceilDiv(count, granule), ranks) * granule);
                previous = start;
            }
            org.junit.jupiter.api.Assertions.assertEquals(count, previous);
        }
    }
}
