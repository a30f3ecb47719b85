// SPDX-License-Identifier: Apache-2.0
package org.bitreduce;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.bitreduce.AllReduceTest.Inputs;
import org.bitreduce.transport.hosts.HostsEnds;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Two levels on threads that count as ranks of several hosts, against the oracle, bit for bit. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class TwoLevelTest {

    /** One host, hosts of one rank, equal and unequal numbers, ranks of a host far from each other. */
    private static final List<String> PLACEMENTS = List.of(
            "0", "0,0", "0,1", "0,0,1,1", "0,1,0,1", "0,1,1,0", "0,0,0,1", "0,1,1,1,2,2", "0,1,2,2,1,0,0,1,2,0,2");

    private static final int[] COUNTS = {0, 1, 513, 2048, 9000};

    private static CommunicatorOptions on(String placement) {
        return RankThreads.OPTIONS.withPlacement(Placement.parse(placement));
    }

    static Stream<Arguments> everything() {
        return PLACEMENTS.stream()
                .flatMap(placement -> AllReduceTest.codecs().stream()
                        .filter(codec -> placement.equals("0,1,1,0")
                                || codec.isPlain()
                                || codec.bits() == 3
                                || codec.bits() == 1)
                        .map(codec -> Arguments.of(placement, codec)));
    }

    /** Inputs in shared memory on all ranks and on some, outputs in place and elsewhere: different schedules, equal bits. */
    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("everything")
    void givesTheBitsOfTheOracleOnEveryRank(String text, Codec codec) {
        Placement placement = Placement.parse(text);
        int size = placement.ranks();
        Reduction reduction = size % 2 == 0 ? Reduction.SUM : Reduction.MEAN;
        CallOptions options = CallOptions.DEFAULT.withMode(Mode.TWO_LEVEL).withStream(7);
        List<float[][]> results = RankThreads.run(size, on(text), world -> {
            float[][] outputs = new float[2 * COUNTS.length][];
            for (int c = 0; c < outputs.length; c++) {
                int count = COUNTS[c / 2];
                float[] values = Inputs.gaussian(count, world.rank(), c);
                boolean shared = c % 2 == 0 || world.rank() % 3 == 0;
                MemorySegment in = shared ? allocated(world, values) : MemorySegment.ofArray(values);
                MemorySegment out = c % 3 == 0 ? in : allocated(world, new float[count]);
                Outcome outcome = world.allReduce(in, out, count, ElementType.FLOAT, reduction, codec, options);
                assertEquals(Mode.TWO_LEVEL, outcome.mode());
                outputs[c] = out.asSlice(0, count * 4L).toArray(JAVA_FLOAT);
            }
            return outputs;
        });
        for (int c = 0; c < 2 * COUNTS.length; c++) {
            float[][] inputs = Inputs.gaussianOfAll(COUNTS[c / 2], size, c);
            float[] expected = new Oracle(inputs, codec, reduction, 42, c, 7).twoLevel(placement);
            for (int rank = 0; rank < size; rank++) {
                assertArrayEquals(expected, results.get(rank)[c], "rank " + rank + ", count " + COUNTS[c / 2]);
            }
        }
    }

    private static MemorySegment allocated(Communicator world, float[] values) {
        MemorySegment memory = world.allocate(Math.max(4, values.length * 4L));
        MemorySegment.copy(MemorySegment.ofArray(values), 0, memory, 0, values.length * 4L);
        return memory;
    }

    /** Where ranks of a host share memory and others do not, and nobody says who is where but the transport. */
    @ParameterizedTest
    @ValueSource(strings = {"0,0,1,1", "0,1,1,0,2"})
    void overSharedMemoryAndTcpTheBitsAreTheSame(String text) throws Exception {
        Placement placement = Placement.parse(text);
        int size = placement.ranks();
        int count = 400_001;
        List<Codec> codecs = List.of(Codec.plain(), Codec.uniform(3), Codec.uniform(3), Codec.plain());
        List<Mode> modes = Arrays.asList(Mode.TWO_LEVEL, Mode.TWO_LEVEL, Mode.TWOSHOT, null);
        float[][][] results = new float[size][codecs.size()][];
        try (HostsEnds ends = new HostsEnds(placement)) {
            org.bitreduce.transport.RankThreads.run(size, rank -> {
                try (Communicator world = Communicator.over(ends.end(rank), RankThreads.OPTIONS)) {
                    assertEquals(placement, world.placement());
                    for (int c = 0; c < codecs.size(); c++) {
                        MemorySegment data = allocated(world, Inputs.gaussian(count, rank, c));
                        CallOptions options = CallOptions.DEFAULT.withMode(modes.get(c));
                        world.allReduce(data, data, count, ElementType.FLOAT, Reduction.MEAN, codecs.get(c), options);
                        results[rank][c] = data.toArray(JAVA_FLOAT);
                    }
                }
            });
        }
        for (int c = 0; c < codecs.size(); c++) {
            float[][] inputs = Inputs.gaussianOfAll(count, size, c);
            Oracle oracle = new Oracle(inputs, codecs.get(c), Reduction.MEAN, 42, c, 0);
            float[] expected = modes.get(c) == Mode.TWO_LEVEL
                    ? oracle.twoLevel(placement)
                    : oracle.allReduce(modes.get(c) == null ? Mode.PLAIN : modes.get(c));
            for (int rank = 0; rank < size; rank++) {
                assertArrayEquals(expected, results[rank][c], "call " + c + ", rank " + rank);
            }
        }
    }

    /** Several chunks per part and per share of it, in a call that is prepared once. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void cutsLargeVectorsIntoChunksAndRepeats(boolean shared) {
        String text = "0,0,1,1";
        int count = 6 * (1 << 18) + 12_345;
        Codec codec = Codec.uniform(3);
        CallOptions options = CallOptions.DEFAULT.withMode(Mode.TWO_LEVEL);
        List<float[][]> results = RankThreads.run(4, on(text), world -> {
            MemorySegment in = memory(world, count, shared);
            MemorySegment out = memory(world, count, shared);
            float[][] outputs = new float[3][];
            Persistent call =
                    world.persistent().allReduce(in, out, count, ElementType.FLOAT, Reduction.SUM, codec, options);
            for (int i = 0; i < outputs.length; i++) {
                in.copyFrom(MemorySegment.ofArray(Inputs.gaussian(count, world.rank(), i)));
                call.run();
                outputs[i] = out.toArray(JAVA_FLOAT);
            }
            return outputs;
        });
        for (int i = 0; i < 3; i++) {
            float[][] inputs = Inputs.gaussianOfAll(count, 4, i);
            float[] expected = new Oracle(inputs, codec, Reduction.SUM, 42, i, 0).twoLevel(Placement.parse(text));
            for (float[][] result : results) {
                assertArrayEquals(expected, result[i], "repetition " + i);
            }
        }
    }

    private static MemorySegment memory(Communicator world, int count, boolean shared) {
        return shared ? world.allocate(count * 4L) : Arena.ofAuto().allocate(count * 4L, 64);
    }

    @ParameterizedTest
    @MethodSource("placements")
    void carriesEveryTypeAndReduction(String text) {
        int size = Placement.parse(text).ranks();
        CallOptions options = CallOptions.DEFAULT.withMode(Mode.TWO_LEVEL);
        RankThreads.run(size, on(text), world -> {
            int triangle = size * (size - 1) / 2;
            int[] ints = new int[3000];
            Arrays.setAll(ints, i -> i - world.rank());
            reduce(world, MemorySegment.ofArray(ints), ints.length, ElementType.INT, Reduction.SUM, options);
            assertEquals(size * 2999 - triangle, ints[2999]);
            long[] longs = new long[3000];
            Arrays.setAll(longs, i -> (long) i * size + world.rank());
            reduce(world, MemorySegment.ofArray(longs), longs.length, ElementType.LONG, Reduction.MAX, options);
            assertEquals(2999L * size + size - 1, longs[2999]);
            double[] doubles = new double[2000];
            Arrays.setAll(doubles, i -> i + 0.25 * world.rank());
            reduce(world, MemorySegment.ofArray(doubles), doubles.length, ElementType.DOUBLE, Reduction.MEAN, options);
            assertEquals(1999 + 0.25 * triangle / size, doubles[1999], 1e-9);
            float[] floats = {world.rank(), -world.rank()};
            reduce(world, MemorySegment.ofArray(floats), floats.length, ElementType.FLOAT, Reduction.MIN, options);
            assertArrayEquals(new float[] {0, -(size - 1)}, floats);
            return null;
        });
    }

    static List<String> placements() {
        return PLACEMENTS;
    }

    private static void reduce(
            Communicator world,
            MemorySegment data,
            int count,
            ElementType type,
            Reduction reduction,
            CallOptions options) {
        world.allReduce(data, data, count, type, reduction, Codec.plain(), options);
    }

    /** With error feedback what was sent and what is kept add up, whoever rounds. */
    @ParameterizedTest
    @ValueSource(strings = {"0,0,1", "0,1,1,0", "0,0,0"})
    void errorFeedbackKeepsWhatRoundingDrops(String text) {
        int size = Placement.parse(text).ranks();
        ErrorFeedbackSum.check(size, on(text), 0, Mode.TWO_LEVEL, (world, x, options) -> {
            MemorySegment data = MemorySegment.ofArray(x);
            world.allReduce(data, data, x.length, ElementType.FLOAT, Reduction.SUM, Codec.uniform(3), options);
            return x;
        });
    }

    @Test
    void onlySumsOverHostsAreRounded() {
        int count = 100_000;
        RankThreads.run(2, on("0,0"), world -> {
            MemorySegment in = allocated(world, Inputs.gaussian(count, 0, world.rank()));
            MemorySegment out = world.allocate(count * 4L);
            Outcome outcome = world.allReduce(
                    in,
                    out,
                    count,
                    ElementType.FLOAT,
                    Reduction.SUM,
                    Codec.uniform(6),
                    CallOptions.DEFAULT.withMode(Mode.TWO_LEVEL));
            double error = 0;
            double norm = 0;
            float[] a = Inputs.gaussian(count, 0, 0);
            float[] b = Inputs.gaussian(count, 0, 1);
            for (int i = 0; i < count; i++) {
                double sum = a[i] + b[i];
                error += Math.pow(out.getAtIndex(JAVA_FLOAT, i) - sum, 2);
                norm += sum * sum;
            }
            // With one host the second rounding finds all elements on levels of the same scales, and changes nothing.
            assertEquals(outcome.relativeError(), Math.sqrt(error / norm), 0.05 * outcome.relativeError());
            return null;
        });
    }

    @Test
    void ranksThatDisagreeOnThePlacementFailCleanly() {
        RankThreads.runWith(4, rank -> on(rank == 2 ? "0,1,0,1" : "0,0,1,1"), world -> {
            float[] x = {1, 2, 3};
            MemorySegment data = MemorySegment.ofArray(x);
            CallOptions options = CallOptions.DEFAULT.withMode(Mode.TWO_LEVEL);
            MismatchException e = assertThrows(
                    MismatchException.class, () -> reduce(world, data, 3, ElementType.FLOAT, Reduction.SUM, options));
            assertTrue(e.getMessage().contains("placement of ranks on hosts"), e.getMessage());
            assertArrayEquals(new float[] {1, 2, 3}, x);
            // The placement is no part of other calls.
            world.allReduce(x, Reduction.SUM, Codec.plain());
            assertArrayEquals(new float[] {4, 8, 12}, x);
            return null;
        });
    }

    @Test
    void aPlacementOfOtherRanksIsRefused() {
        AssertionError e = assertThrows(AssertionError.class, () -> RankThreads.run(2, on("0,0,1"), world -> null));
        assertTrue(e.getMessage().contains("placement=0,0,1"), e.getMessage());
    }

    @Test
    void placementsAreNumberedByTheirLowestRanks() {
        Placement placement = Placement.of(7, 3, 7, -1);
        assertEquals("0,1,0,2", placement.toString());
        assertEquals(Placement.parse("4, 0, 4, 9"), placement);
        assertEquals(1, placement.fewest());
        assertEquals(3, placement.hosts());
        assertArrayEquals(new int[] {0, 2}, placement.ranksOf(0));
        assertTrue(placement.areTogether(0, 2));
        assertEquals(Placement.together(3), Placement.parse("1,1,1"));
        assertEquals(Placement.separate(3), Placement.parse("2,1,0"));
        assertThrows(IllegalArgumentException.class, () -> Placement.parse("0,x"));
        assertThrows(IllegalArgumentException.class, Placement::of);
    }
}
