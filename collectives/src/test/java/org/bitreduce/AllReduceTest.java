// SPDX-License-Identifier: Apache-2.0
package org.bitreduce;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class AllReduceTest {

    private static final int[] COUNTS = {0, 1, 17, 511, 512, 1023, 2048, 5000};

    static List<Codec> codecs() {
        List<Codec> codecs = new ArrayList<>(List.of(
                Codec.plain(),
                Codec.sign(Norm.MEAN_MAGNITUDE),
                Codec.sign(Norm.UNIT),
                Codec.uniform(2),
                Codec.uniform(3),
                Codec.uniform(4),
                Codec.uniform(8),
                Codec.uniform(16),
                new Codec(4, Norm.EUCLIDEAN, 9, Rounding.STOCHASTIC),
                new Codec(5, Norm.MAX, 11, Rounding.NEAREST),
                new Codec(4, Norm.MAX, 6, Rounding.STOCHASTIC)));
        for (Norm norm : new Norm[] {Norm.MAX, Norm.EUCLIDEAN}) {
            codecs.add(new Codec(3, norm, Codec.WHOLE_VECTOR, Rounding.STOCHASTIC));
        }
        return codecs;
    }

    static Stream<Arguments> everything() {
        return IntStream.of(1, 2, 3, 4, 5, 8, 16)
                .boxed()
                .flatMap(size -> codecs().stream()
                        .flatMap(codec -> modes(codec, size).map(mode -> Arguments.of(size, codec, mode))));
    }

    private static Stream<Mode> modes(Codec codec, int size) {
        return Stream.of(Mode.values())
                .filter(mode -> mode != Mode.TWO_LEVEL && codec.isPlain() == (mode == Mode.PLAIN))
                .filter(mode -> org.bitreduce.algorithm.Rules.refusal(mode, codec, size) == null);
    }

    /** All counts in one group, so that the operation number goes on. */
    @ParameterizedTest(name = "{0} ranks, {1}, {2}")
    @MethodSource("everything")
    void givesTheCanonicalBitsOnEveryRank(int size, Codec codec, Mode mode) {
        Reduction reduction = size % 2 == 0 ? Reduction.SUM : Reduction.MEAN;
        CallOptions options =
                CallOptions.DEFAULT.withMode(codec.isPlain() ? null : mode).withStream(7);
        List<float[][]> results = RankThreads.run(size, world -> {
            float[][] outputs = new float[COUNTS.length][];
            for (int c = 0; c < COUNTS.length; c++) {
                float[] values = Inputs.gaussian(COUNTS[c], world.rank(), c);
                // On the heap on odd ranks, native on the others: different kernels, the same bits.
                MemorySegment in = world.rank() % 2 == 1
                        ? MemorySegment.ofArray(values)
                        : world.allocate(COUNTS[c] * 4L).copyFrom(MemorySegment.ofArray(values));
                MemorySegment out = c % 2 == 0 ? in : MemorySegment.ofArray(new float[COUNTS[c]]);
                world.allReduce(in, out, COUNTS[c], ElementType.FLOAT, reduction, codec, options);
                outputs[c] = out.toArray(JAVA_FLOAT);
            }
            return outputs;
        });
        for (int c = 0; c < COUNTS.length; c++) {
            float[][] inputs = Inputs.gaussianOfAll(COUNTS[c], size, c);
            float[] expected = new Oracle(inputs, codec, reduction, 42, c, 7).allReduce(mode);
            for (int rank = 0; rank < size; rank++) {
                assertArrayEquals(expected, results.get(rank)[c], "rank " + rank + ", count " + COUNTS[c]);
            }
        }
    }

    /** Several chunks per part, more than are under way at once. */
    @Test
    void cutsLargeVectorsIntoChunks() {
        int size = 2;
        int count = size * 4 * (1 << 18) + 12_345;
        float[][] inputs = Inputs.gaussianOfAll(count, size, 3);
        for (Codec codec : List.of(Codec.plain(), new Codec(3, Norm.MAX, Codec.WHOLE_VECTOR, Rounding.STOCHASTIC))) {
            for (Mode mode : modes(codec, size).toList()) {
                CallOptions options = CallOptions.DEFAULT.withMode(codec.isPlain() ? null : mode);
                List<float[]> results = RankThreads.run(size, world -> {
                    MemorySegment data = world.allocate(count * 4L);
                    data.copyFrom(MemorySegment.ofArray(inputs[world.rank()]));
                    world.allReduce(data, data, count, ElementType.FLOAT, Reduction.SUM, codec, options);
                    return data.toArray(JAVA_FLOAT);
                });
                float[] expected = new Oracle(inputs, codec, Reduction.SUM, 42, 0, 0).allReduce(mode);
                for (float[] result : results) {
                    assertArrayEquals(expected, result, codec + ", " + mode);
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5, 33, 64})
    void plainTypesAndReductionsOnAnyNumberOfRanks(int size) {
        RankThreads.run(size, world -> {
            int[] ints = {world.rank(), -world.rank(), 7};
            world.allReduce(MemorySegment.ofArray(ints), ElementType.INT, Reduction.SUM, Codec.plain());
            int triangle = size * (size - 1) / 2;
            assertArrayEquals(new int[] {triangle, -triangle, 7 * size}, ints);

            long[] longs = new long[3000];
            java.util.Arrays.setAll(longs, i -> (long) i * size + world.rank());
            world.allReduce(MemorySegment.ofArray(longs), ElementType.LONG, Reduction.MAX, Codec.plain());
            assertEquals(2999L * size + size - 1, longs[2999]);
            assertEquals(size - 1, longs[0]);

            double[] doubles = new double[2000];
            java.util.Arrays.setAll(doubles, i -> i + 0.25 * world.rank());
            world.allReduce(doubles, Reduction.MEAN);
            assertEquals(1999 + 0.25 * triangle / size, doubles[1999], 1e-9);

            float[] floats = {world.rank(), -world.rank()};
            world.allReduce(floats, Reduction.MIN, Codec.plain());
            assertArrayEquals(new float[] {0, -(size - 1)}, floats);
            world.barrier();
            return null;
        });
    }

    @Test
    void everyCallDrawsAnewAndTheSeedDecides() {
        List<float[][]> runs = RankThreads.run(2, world -> {
            float[] first = Inputs.gaussian(4096, 0, 1);
            float[] second = first.clone();
            world.allReduce(first, Reduction.SUM, Codec.uniform(3));
            world.allReduce(second, Reduction.SUM, Codec.uniform(3));
            return new float[][] {first, second};
        });
        assertTrue(different(runs.get(0)[0], runs.get(0)[1]) > 100);
        List<float[]> otherSeed = RankThreads.run(2, RankThreads.OPTIONS.withSeed(43), world -> {
            float[] x = Inputs.gaussian(4096, 0, 1);
            world.allReduce(x, Reduction.SUM, Codec.uniform(3));
            return x;
        });
        assertTrue(different(runs.get(0)[0], otherSeed.get(0)) > 100);
    }

    private static long different(float[] a, float[] b) {
        return IntStream.range(0, a.length).filter(i -> a[i] != b[i]).count();
    }

    /** With error feedback what was sent and what is kept add up: nothing is lost, over two roundings. */
    @ParameterizedTest
    @EnumSource(names = {"TWOSHOT", "EXACT", "GATHER"})
    void errorFeedbackKeepsWhatRoundingDrops(Mode mode) {
        ErrorFeedbackSum.check(3, RankThreads.OPTIONS, 0, mode, (world, x, options) -> {
            float[] y = new float[x.length];
            world.allReduce(
                    MemorySegment.ofArray(x),
                    MemorySegment.ofArray(y),
                    x.length,
                    ElementType.FLOAT,
                    Reduction.SUM,
                    Codec.uniform(3),
                    options);
            return y;
        });
    }

    @Test
    void bytesOnTheWireStayWithinFourPercentOfTheCodes() {
        int size = 4;
        long count = 1 << 18;
        for (int bits : new int[] {2, 3, 4, 8}) {
            RankThreads.run(size, world -> {
                MemorySegment data = world.allocate(count * 4);
                world.barrier(); // the first call tells all ranks where the others show their records, once
                Outcome o = world.allReduce(data, ElementType.FLOAT, Reduction.SUM, Codec.uniform(bits));
                double ideal = 2.0 * (size - 1) / size * count * bits / 8;
                long overTcp = o.wireBytes() + 16 * o.wireMessages(); // which puts so much in front of a message
                assertTrue(overTcp <= 1.04 * ideal, "bits=" + bits + ", ratio=" + overTcp / ideal);
                assertTrue(o.wireBytes() >= ideal);
                return null;
            });
        }
    }

    @Test
    void relativeErrorIsWhatThePaperExpects() {
        int count = 100_000;
        RankThreads.run(1, world -> {
            float[] x = Inputs.gaussian(count, 0, 0);
            float[] y = new float[count];
            Outcome o = world.allReduce(
                    MemorySegment.ofArray(x),
                    MemorySegment.ofArray(y),
                    count,
                    ElementType.FLOAT,
                    Reduction.SUM,
                    Codec.uniform(6),
                    CallOptions.DEFAULT.withMode(Mode.GATHER));
            double error = 0;
            double norm = 0;
            for (int i = 0; i < count; i++) {
                error += (y[i] - x[i]) * (double) (y[i] - x[i]);
                norm += x[i] * (double) x[i];
            }
            assertEquals(Math.sqrt(error / norm), o.relativeError(), 0.02 * o.relativeError());
            return null;
        });
    }

    @Test
    void integerOutputsAreLeftAloneWhenCountIsZero() {
        RankThreads.run(3, world -> {
            int[] none = new int[0];
            world.allReduce(MemorySegment.ofArray(none), ElementType.INT, Reduction.SUM, Codec.plain());
            MemorySegment one = MemorySegment.ofArray(new int[] {5});
            world.allReduce(one, one, 0, ElementType.INT, Reduction.SUM, Codec.plain(), CallOptions.DEFAULT);
            assertEquals(5, one.get(JAVA_INT, 0));
            return null;
        });
    }

    /** Inputs that differ between ranks and calls, with a wide range of magnitudes. */
    static final class Inputs {
        static float[] gaussian(int count, int rank, int call) {
            SplittableRandom random = new SplittableRandom(1000L * call + rank);
            float[] x = new float[count];
            for (int i = 0; i < count; i++) {
                x[i] = (float) (random.nextGaussian() * Math.scalb(1.0, (i >> 9) % 7 - 3));
            }
            return x;
        }

        static float[][] gaussianOfAll(int count, int size, int call) {
            float[][] all = new float[size][];
            for (int rank = 0; rank < size; rank++) {
                all[rank] = gaussian(count, rank, call);
            }
            return all;
        }
    }
}
