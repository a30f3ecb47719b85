// SPDX-License-Identifier: Apache-2.0
package org.bitreduce;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static org.bitreduce.Schedules.call;
import static org.bitreduce.Schedules.codecs;
import static org.bitreduce.Schedules.modes;
import static org.bitreduce.Schedules.options;
import static org.bitreduce.Schedules.simulation;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.stream.Stream;
import org.bitreduce.AllReduceTest.Inputs;
import org.bitreduce.algorithm.Algorithm;
import org.bitreduce.algorithm.AlgorithmTable;
import org.bitreduce.algorithm.Operation;
import org.bitreduce.simulate.CallTimes;
import org.bitreduce.simulate.Simulation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Every schedule gives the bits of the oracle, whatever the number of ranks, in one thread and over real transports. */
class SchedulesTest {

    /** Where every rank has a part, and smaller ones; where the work grows with the square of the ranks, smaller ones only. */
    private static int[] counts(int size, Algorithm algorithm, Mode mode) {
        boolean small = algorithm == Algorithm.INLINE || mode == Mode.GATHER;
        return small
                ? new int[] {1, size > 17 ? 200 : size > 5 ? 1023 : 4096}
                : new int[] {513, 512 * size + (size < 17 ? 77 : -5)};
    }

    @ParameterizedTest(name = "{0} ranks, {1}")
    @MethodSource("org.bitreduce.Schedules#allReduces")
    void allReduceGivesTheCanonicalBits(int size, Algorithm algorithm) {
        Simulation simulation = simulation(size, algorithm);
        Reduction reduction = size % 2 == 0 ? Reduction.SUM : Reduction.MEAN;
        int operation = 0;
        for (Codec codec : codecs(size)) {
            for (Mode mode : modes(codec, size).toList()) {
                for (int count : counts(size, algorithm, mode)) {
                    float[][] inputs = Inputs.gaussianOfAll(count, size, operation);
                    float[] expected = new Oracle(inputs, codec, reduction, 42, operation, 7).allReduce(mode);
                    boolean inPlace = operation % 2 == 0;
                    float[][] outputs = new float[size][];
                    CallOptions options = options(codec, mode).withStream(7);
                    simulation.run(rank -> {
                        outputs[rank] = inPlace ? inputs[rank] : new float[count];
                        return call(
                                Operation.ALL_REDUCE, inputs[rank], outputs[rank], count, reduction, codec, options);
                    });
                    for (float[] output : outputs) {
                        assertArrayEquals(expected, output, codec + ", " + mode + ", " + count);
                    }
                    assertEquals(
                            carrier(algorithm, codec, mode, size, count),
                            simulation.outcome(0).algorithm(),
                            codec + ", " + mode + ", " + count);
                    operation++;
                }
            }
        }
    }

    /** {@return the algorithm, or what is taken where it cannot carry a call} */
    private static Algorithm carrier(Algorithm algorithm, Codec codec, Mode mode, int size, int count) {
        long bytes = count * (long) Float.BYTES;
        boolean fits = algorithm != Algorithm.EAGER || codec.isPlain() || !codec.isWholeVector();
        return fits && AlgorithmTable.canCarry(algorithm, Operation.ALL_REDUCE, mode, Order.RANK, size, bytes)
                ? algorithm
                : Algorithm.DIRECT;
    }

    /** More chunks per part than are under way at once. */
    @Test
    void theGridCutsLargeVectorsIntoChunks() {
        int size = 5;
        int count = size * 5 * (1 << 16) + 12_345;
        float[][] vectors = Inputs.gaussianOfAll(count, size, 3);
        for (Codec codec : List.of(Codec.plain(), new Codec(3, Norm.MAX, Codec.WHOLE_VECTOR, Rounding.STOCHASTIC))) {
            for (Mode mode :
                    modes(codec, size).filter(mode -> mode != Mode.EXACT).toList()) {
                Simulation simulation = simulation(size, Algorithm.GRID);
                float[][] inputs = Stream.of(vectors).map(float[]::clone).toArray(float[][]::new);
                float[] expected = new Oracle(inputs, codec, Reduction.SUM, 42, 0, 0).allReduce(mode);
                CallOptions options = options(codec, mode);
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
                    CallOptions call = options(codec, mode);
                    List<float[]> results = RankThreads.run(size, options, world -> {
                        MemorySegment data = world.allocate(count * 4L);
                        data.copyFrom(MemorySegment.ofArray(Inputs.gaussian(count, world.rank(), 3)));
                        world.allReduce(data, data, count, ElementType.FLOAT, Reduction.SUM, codec, call);
                        return data.toArray(JAVA_FLOAT);
                    });
                    float[][] inputs = Inputs.gaussianOfAll(count, size, 3);
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
                    float[] x = Inputs.gaussian(count, rank, number);
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
            CallOptions call = options(codec, mode);
            Persistent repeated =
                    world.persistent().allReduce(data, data, count, ElementType.FLOAT, Reduction.MEAN, codec, call);
            for (int step = 0; step < 4; step++) {
                float[][] inputs = Inputs.gaussianOfAll(count, size, step);
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
            float[] x = Inputs.gaussian(count, rank, 0);
            return call(Operation.ALL_REDUCE, x, x, count, Reduction.SUM, Codec.uniform(4), CallOptions.DEFAULT);
        });
        return times.messages();
    }
}
