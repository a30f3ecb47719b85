// SPDX-License-Identifier: Apache-2.0
package org.bitreduce;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.bitreduce.algorithm.Algorithm;
import org.bitreduce.algorithm.AlgorithmTable;
import org.bitreduce.algorithm.Call;
import org.bitreduce.algorithm.Operation;
import org.bitreduce.algorithm.Parts;
import org.bitreduce.algorithm.Rules;
import org.bitreduce.simulate.CallTimes;
import org.bitreduce.simulate.NetworkModel;
import org.bitreduce.simulate.Simulation;
import org.bitreduce.simulate.WorkRates;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Every schedule gives the bits of the oracle, whatever the number of ranks, in one thread and over real transports. */
class SchedulesTest {

    private static final NetworkModel NETWORK = new NetworkModel(2_000_000, 80, 300_000);
    private static final List<Codec> CODECS = List.of(
            Codec.plain(),
            Codec.uniform(3),
            new Codec(4, Norm.EUCLIDEAN, 6, Rounding.STOCHASTIC),
            new Codec(5, Norm.MAX, Codec.WHOLE_VECTOR, Rounding.NEAREST),
            Codec.sign(Norm.UNIT),
            Codec.sign(Norm.MEAN_MAGNITUDE));

    static Stream<Arguments> groups() {
        return IntStream.concat(IntStream.rangeClosed(1, 9), IntStream.of(16, 17, 33, 64, 70))
                .boxed()
                .flatMap(size -> Stream.of(Algorithm.DIRECT, Algorithm.GRID, Algorithm.INLINE)
                        .map(algorithm -> Arguments.of(size, algorithm)));
    }

    /** All codecs in some small groups, the most different ones in the others. */
    private static List<Codec> codecs(int size) {
        List<Codec> some = List.of(CODECS.get(0), CODECS.get(1), CODECS.get(3));
        return size == 3 || size == 8 ? CODECS : some.subList(0, size > 17 ? 2 : 3);
    }

    /** Where every rank has a part, and smaller ones; where the work grows with the square of the ranks, smaller ones only. */
    private static int[] counts(int size, Algorithm algorithm, Mode mode) {
        boolean small = algorithm == Algorithm.INLINE || mode == Mode.GATHER;
        return small ? new int[] {1, size > 17 ? 200 : 1023} : new int[] {513, 512 * size + (size < 17 ? 77 : -5)};
    }

    private static Simulation simulation(int size, Algorithm algorithm) {
        CommunicatorOptions options =
                CommunicatorOptions.DEFAULT.withSeed(42).withAlgorithms(AlgorithmTable.only(algorithm));
        return new Simulation(size, NETWORK, WorkRates.uniform(5), true, options);
    }

    private static Stream<Mode> modes(Codec codec, int size) {
        return Stream.of(Mode.values())
                .filter(mode -> mode != Mode.TWO_LEVEL && codec.isPlain() == (mode == Mode.PLAIN))
                .filter(mode -> Rules.refusal(mode, codec, size) == null);
    }

    @ParameterizedTest(name = "{0} ranks, {1}")
    @MethodSource("groups")
    void allReduceGivesTheCanonicalBits(int size, Algorithm algorithm) {
        Simulation simulation = simulation(size, algorithm);
        Reduction reduction = size % 2 == 0 ? Reduction.SUM : Reduction.MEAN;
        int operation = 0;
        for (Codec codec : codecs(size)) {
            for (Mode mode : modes(codec, size).toList()) {
                for (int count : counts(size, algorithm, mode)) {
                    float[][] inputs = AllReduceTest.Inputs.gaussianOfAll(count, size, operation);
                    float[] expected = new Oracle(inputs, codec, reduction, 42, operation, 7).allReduce(mode);
                    boolean inPlace = operation % 2 == 0;
                    float[][] outputs = new float[size][];
                    CallOptions options = CallOptions.DEFAULT
                            .withMode(codec.isPlain() ? null : mode)
                            .withStream(7);
                    simulation.run(rank -> {
                        outputs[rank] = inPlace ? inputs[rank] : new float[count];
                        return call(
                                Operation.ALL_REDUCE, inputs[rank], outputs[rank], count, reduction, codec, options);
                    });
                    for (float[] output : outputs) {
                        assertArrayEquals(expected, output, codec + ", " + mode + ", " + count);
                    }
                    operation++;
                }
            }
        }
    }

    private static Call call(
            Operation operation,
            float[] input,
            float[] output,
            long count,
            Reduction reduction,
            Codec codec,
            CallOptions options) {
        return new Call(
                operation,
                MemorySegment.ofArray(input),
                MemorySegment.ofArray(output),
                count,
                ElementType.FLOAT,
                reduction,
                0,
                codec,
                options);
    }

    @ParameterizedTest(name = "{0} ranks, {1}")
    @MethodSource("groups")
    void theOtherCollectivesGiveTheCanonicalBits(int size, Algorithm algorithm) {
        Simulation simulation = simulation(size, algorithm);
        int operation = 0;
        for (Codec codec : codecs(size)) {
            for (int count : size > 17 ? new int[] {100, 1026} : new int[] {900, 1500}) {
                float[][] inputs = AllReduceTest.Inputs.gaussianOfAll(count, size, operation);
                Oracle oracle = new Oracle(inputs, codec, Reduction.SUM, 42, operation, 0);
                checkReduceScatter(simulation, inputs, oracle, codec);
                operation++;
                oracle = new Oracle(inputs, codec, Reduction.SUM, 42, operation, 0);
                checkAllGather(simulation, inputs, oracle, codec);
                operation++;
                oracle = new Oracle(inputs, codec, Reduction.SUM, 42, operation, 0);
                checkBroadcast(simulation, inputs, oracle, codec, size / 2);
                operation++;
                Mode mode = modes(codec, size).toList().getFirst();
                float[] expected = new Oracle(inputs, codec, Reduction.SUM, 42, operation, 0).allReduce(mode);
                checkReduce(simulation, inputs, expected, codec, mode, size / 2);
                operation++;
            }
        }
    }

    private static void checkReduceScatter(Simulation simulation, float[][] inputs, Oracle oracle, Codec codec) {
        int count = inputs[0].length;
        int size = inputs.length;
        float[][] outputs = new float[size][];
        simulation.run(rank -> {
            outputs[rank] =
                    new float[(int) (Parts.start(count, rank + 1, size, codec) - start(count, rank, size, codec))];
            return call(
                    Operation.REDUCE_SCATTER,
                    inputs[rank],
                    outputs[rank],
                    count,
                    Reduction.SUM,
                    codec,
                    CallOptions.DEFAULT);
        });
        float[] sums = codec.isPlain() ? oracle.allReduce(Mode.PLAIN) : oracle.sums();
        for (int rank = 0; rank < size; rank++) {
            int first = start(count, rank, size, codec);
            assertArrayEquals(
                    java.util.Arrays.copyOfRange(sums, first, first + outputs[rank].length), outputs[rank], "" + codec);
        }
    }

    private static int start(int count, int rank, int size, Codec codec) {
        return (int) Parts.start(count, rank, size, codec);
    }

    private static void checkAllGather(Simulation simulation, float[][] inputs, Oracle oracle, Codec codec) {
        int count = inputs[0].length;
        float[][] outputs = new float[inputs.length][inputs.length * count];
        simulation.run(rank -> call(
                Operation.ALL_GATHER, inputs[rank], outputs[rank], count, Reduction.SUM, codec, CallOptions.DEFAULT));
        for (int source = 0; source < inputs.length; source++) {
            float[] expected = codec.isPlain() ? inputs[source] : oracle.rounded(source, 1);
            for (float[] output : outputs) {
                float[] piece = java.util.Arrays.copyOfRange(output, source * count, (source + 1) * count);
                assertArrayEquals(expected, piece, codec + ", source " + source);
            }
        }
    }

    private static void checkBroadcast(Simulation simulation, float[][] inputs, Oracle oracle, Codec codec, int root) {
        int count = inputs[0].length;
        float[] expected = codec.isPlain() ? inputs[root].clone() : oracle.rounded(root, 1);
        float[][] data = new float[inputs.length][];
        simulation.run(rank -> {
            data[rank] = inputs[rank].clone();
            MemorySegment vector = MemorySegment.ofArray(data[rank]);
            return new Call(
                    Operation.BROADCAST,
                    vector,
                    vector,
                    count,
                    ElementType.FLOAT,
                    Reduction.SUM,
                    root,
                    codec,
                    CallOptions.DEFAULT);
        });
        for (float[] each : data) {
            assertArrayEquals(expected, each, codec + ", root " + root);
        }
    }

    private static void checkReduce(
            Simulation simulation, float[][] inputs, float[] expected, Codec codec, Mode mode, int root) {
        float[] result = new float[inputs[0].length];
        simulation.run(rank -> new Call(
                Operation.REDUCE,
                MemorySegment.ofArray(inputs[rank]),
                rank == root ? MemorySegment.ofArray(result) : MemorySegment.NULL,
                result.length,
                ElementType.FLOAT,
                Reduction.SUM,
                root,
                codec,
                CallOptions.DEFAULT.withMode(codec.isPlain() ? null : mode)));
        assertArrayEquals(expected, result, codec + ", " + mode + ", root " + root);
    }

    /** More chunks per part than are under way at once. */
    @Test
    void theGridCutsLargeVectorsIntoChunks() {
        int size = 5;
        int count = size * 5 * (1 << 16) + 12_345;
        float[][] vectors = AllReduceTest.Inputs.gaussianOfAll(count, size, 3);
        for (Codec codec : List.of(Codec.plain(), new Codec(3, Norm.MAX, Codec.WHOLE_VECTOR, Rounding.STOCHASTIC))) {
            for (Mode mode :
                    modes(codec, size).filter(mode -> mode != Mode.EXACT).toList()) {
                Simulation simulation = simulation(size, Algorithm.GRID);
                float[][] inputs = Stream.of(vectors).map(float[]::clone).toArray(float[][]::new);
                float[] expected = new Oracle(inputs, codec, Reduction.SUM, 42, 0, 0).allReduce(mode);
                CallOptions options = CallOptions.DEFAULT.withMode(codec.isPlain() ? null : mode);
                simulation.run(rank ->
                        call(Operation.ALL_REDUCE, inputs[rank], inputs[rank], count, Reduction.SUM, codec, options));
                for (float[] output : inputs) {
                    assertArrayEquals(expected, output, codec + ", " + mode);
                }
            }
        }
    }

    /** Real threads over shared memory, in the transport's own order. */
    @Test
    void schedulesGiveTheSameBitsOverSharedMemory() {
        int size = 7;
        int count = 1000;
        for (Algorithm algorithm : Algorithm.values()) {
            CommunicatorOptions options = RankThreads.OPTIONS.withAlgorithms(AlgorithmTable.only(algorithm));
            for (Codec codec : codecs(size)) {
                for (Mode mode : modes(codec, size).toList()) {
                    CallOptions call = CallOptions.DEFAULT.withMode(codec.isPlain() ? null : mode);
                    List<float[]> results = RankThreads.run(size, options, world -> {
                        MemorySegment data = world.allocate(count * 4L);
                        data.copyFrom(MemorySegment.ofArray(AllReduceTest.Inputs.gaussian(count, world.rank(), 3)));
                        world.allReduce(data, data, count, ElementType.FLOAT, Reduction.SUM, codec, call);
                        return data.toArray(JAVA_FLOAT);
                    });
                    float[][] inputs = AllReduceTest.Inputs.gaussianOfAll(count, size, 3);
                    float[] expected = new Oracle(inputs, codec, Reduction.SUM, 42, 0, 0).allReduce(mode);
                    for (float[] result : results) {
                        assertArrayEquals(expected, result, algorithm + ", " + codec + ", " + mode);
                    }
                }
            }
        }
    }

    /** What rounding drops is kept by every schedule alike. */
    @Test
    void residualsAreTheSameWhateverTheSchedule() {
        int size = 5;
        int count = 1000;
        for (Mode mode : List.of(Mode.TWOSHOT, Mode.EXACT, Mode.GATHER)) {
            float[][] direct = residuals(Algorithm.DIRECT, mode, size, count);
            assertTrue(direct[0][7] != 0);
            assertArrayEquals(direct, residuals(Algorithm.GRID, mode, size, count));
            assertArrayEquals(direct, residuals(Algorithm.INLINE, mode, size, count));
        }
    }

    private static float[][] residuals(Algorithm algorithm, Mode mode, int size, int count) {
        Simulation simulation = simulation(size, algorithm);
        float[][] kept = new float[size][];
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment[] residuals = new MemorySegment[size];
            for (int step = 0; step < 3; step++) {
                int number = step;
                simulation.run(rank -> {
                    if (number == 0) {
                        residuals[rank] = arena.allocate(count * 4L, 64);
                    }
                    float[] x = AllReduceTest.Inputs.gaussian(count, rank, number);
                    CallOptions options = CallOptions.DEFAULT.withMode(mode).withResidual(residuals[rank]);
                    return call(Operation.ALL_REDUCE, x, x, count, Reduction.SUM, Codec.uniform(3), options);
                });
            }
            for (int rank = 0; rank < size; rank++) {
                kept[rank] = residuals[rank].toArray(JAVA_FLOAT);
            }
        }
        return kept;
    }

    /** NaN and infinity end alike whatever the schedule: refused, carried to their bucket, or taken for zero. */
    @ParameterizedTest
    @EnumSource
    void nonFiniteElementsAreTreatedAlikeByEverySchedule(NonFinitePolicy policy) {
        for (Codec codec : List.of(Codec.plain(), Codec.uniform(4))) {
            for (Mode mode : modes(codec, 5).toList()) {
                float[] direct = withNonFinite(Algorithm.DIRECT, policy, codec, mode);
                assertEquals(policy == NonFinitePolicy.THROW, direct == null);
                assertArrayEquals(direct, withNonFinite(Algorithm.GRID, policy, codec, mode), codec + ", " + mode);
                assertArrayEquals(direct, withNonFinite(Algorithm.INLINE, policy, codec, mode), codec + ", " + mode);
                if (policy != NonFinitePolicy.THROW) {
                    assertEquals(policy == NonFinitePolicy.PROPAGATE, Float.isNaN(direct[700]));
                    assertTrue(Float.isFinite(direct[5]));
                }
            }
        }
    }

    /** {@return the last rank's result; null if all ranks refused} */
    private static float[] withNonFinite(Algorithm algorithm, NonFinitePolicy policy, Codec codec, Mode mode) {
        int size = 5;
        int count = 1000;
        CommunicatorOptions options = RankThreads.OPTIONS
                .withAlgorithms(AlgorithmTable.only(algorithm))
                .withNonFinite(policy);
        Simulation simulation = new Simulation(size, NETWORK, WorkRates.uniform(5), true, options);
        float[][] inputs = AllReduceTest.Inputs.gaussianOfAll(count, size, 0);
        inputs[1][700] = Float.NaN;
        inputs[3][990] = Float.NEGATIVE_INFINITY;
        float[][] outputs = new float[size][count];
        CallOptions call = CallOptions.DEFAULT.withMode(codec.isPlain() ? null : mode);
        try {
            simulation.run(
                    rank -> call(Operation.ALL_REDUCE, inputs[rank], outputs[rank], count, Reduction.SUM, codec, call));
        } catch (NonFiniteException e) {
            assertTrue(e.getMessage().contains("rank 1 has 1, the first at index 700"), e.getMessage());
            assertArrayEquals(new float[count], outputs[size - 1]);
            return null;
        }
        for (int rank = 0; rank < size; rank++) {
            assertArrayEquals(outputs[0], outputs[rank]);
            assertEquals(algorithm, simulation.outcome(rank).algorithm());
        }
        return outputs[size - 1];
    }

    /** What is kept of a grid's schedules serves every repetition. */
    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "TWO_LEVEL") // has no grid
    void gridsRepeat(Mode mode) {
        int size = 5;
        int count = 6_000;
        Codec codec = switch (mode) {
            case PLAIN -> Codec.plain();
            case VOTE -> Codec.sign(Norm.UNIT);
            default -> Codec.uniform(4);
        };
        CommunicatorOptions options = RankThreads.OPTIONS.withAlgorithms(AlgorithmTable.only(Algorithm.GRID));
        RankThreads.run(size, options, world -> {
            MemorySegment data = world.allocate(count * 4L);
            CallOptions call = CallOptions.DEFAULT.withMode(codec.isPlain() ? null : mode);
            Persistent repeated =
                    world.persistent().allReduce(data, data, count, ElementType.FLOAT, Reduction.MEAN, codec, call);
            for (int step = 0; step < 4; step++) {
                float[][] inputs = AllReduceTest.Inputs.gaussianOfAll(count, size, step);
                data.copyFrom(MemorySegment.ofArray(inputs[world.rank()]));
                repeated.run();
                float[] expected = new Oracle(inputs, codec, Reduction.MEAN, 42, step, 0).allReduce(mode);
                assertArrayEquals(expected, data.toArray(JAVA_FLOAT), "step " + step);
                assertEquals(Algorithm.GRID, repeated.outcome().algorithm());
            }
            return null;
        });
    }

    @Test
    void theGridSendsFewerMessagesAndInlineNoneButTheRecords() {
        // 81 is the first beyond those among whom the agreement is direct whose grid is a whole square.
        assertEquals(81 * 3 * 80, messages(Algorithm.DIRECT, 81, 512 * 81) + 81 * (80 - 16));
        assertEquals(81 * 3 * 16, messages(Algorithm.GRID, 81, 512 * 81));
        assertEquals(16 * 15, messages(Algorithm.INLINE, 16, 100));
    }

    private static long messages(Algorithm algorithm, int size, int count) {
        CallTimes times = simulation(size, algorithm).run(rank -> {
            float[] x = AllReduceTest.Inputs.gaussian(count, rank, 0);
            return call(Operation.ALL_REDUCE, x, x, count, Reduction.SUM, Codec.uniform(4), CallOptions.DEFAULT);
        });
        return times.messages();
    }

    @Test
    void ranksWithDifferentTablesFailCleanlyBeforeAnythingIsWritten() {
        AlgorithmTable grid = AlgorithmTable.only(Algorithm.GRID);
        List<String> failures = RankThreads.runWith(
                3, rank -> rank == 0 ? RankThreads.OPTIONS.withAlgorithms(grid) : RankThreads.OPTIONS, world -> {
                    float[] x = {1, 2, 3};
                    MismatchException failure = assertThrows(
                            MismatchException.class, () -> world.allReduce(x, Reduction.SUM, Codec.uniform(4)));
                    assertArrayEquals(new float[] {1, 2, 3}, x);
                    return failure.getMessage();
                });
        for (String failure : failures) {
            assertTrue(failure.contains("table of algorithms is 0x"), failure);
        }
    }

    /** A record that differs is found by every rank, also where records come in two hops. */
    @Test
    void manyRanksFindOutWhoMakesAnotherCall() {
        Simulation simulation = simulation(70, Algorithm.GRID);
        MismatchException failure = assertThrows(
                MismatchException.class,
                () -> simulation.run(rank -> call(
                        Operation.ALL_REDUCE,
                        new float[9],
                        new float[9],
                        rank == 69 ? 8 : 9,
                        Reduction.SUM,
                        Codec.uniform(4),
                        CallOptions.DEFAULT)));
        assertTrue(failure.getMessage().contains("count is 9 on rank 0 and 8 on rank 69"), failure.getMessage());
    }
}
