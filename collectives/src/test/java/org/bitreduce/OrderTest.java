// SPDX-License-Identifier: Apache-2.0
package org.bitreduce;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.bitreduce.algorithm.Algorithm;
import org.bitreduce.algorithm.AlgorithmTable;
import org.bitreduce.algorithm.Call;
import org.bitreduce.algorithm.Operation;
import org.bitreduce.simulate.CallTimes;
import org.bitreduce.simulate.NetworkModel;
import org.bitreduce.simulate.Simulation;
import org.bitreduce.simulate.WorkRates;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Sums in any order: right up to rounding, and equal on all ranks. */
@Timeout(120)
class OrderTest {

    private static final NetworkModel NETWORK = new NetworkModel(2_000_000, 80, 300_000);
    private static final CommunicatorOptions HALVING =
            RankThreads.OPTIONS.withAlgorithms(AlgorithmTable.only(Algorithm.HALVING));
    private static final CallOptions FREE = CallOptions.DEFAULT.withOrder(Order.FREE);

    static IntStream sizes() {
        return IntStream.concat(IntStream.rangeClosed(1, 17), IntStream.of(31, 32, 33, 64, 70));
    }

    private static Call call(MemorySegment in, MemorySegment out, long count, ElementType type, Reduction reduction) {
        return new Call(Operation.ALL_REDUCE, in, out, count, type, reduction, 0, Codec.plain(), FREE);
    }

    @ParameterizedTest
    @MethodSource("sizes")
    void floatsAreWithinTheBoundAndEqualOnAllRanks(int size) {
        Simulation simulation = new Simulation(size, NETWORK, WorkRates.uniform(5), true, HALVING);
        for (int count : new int[] {1, 15, 17, 700, 5_000}) {
            Reduction reduction = count % 2 == 0 ? Reduction.MEAN : Reduction.SUM;
            boolean inPlace = count == 17;
            float[][] inputs = AllReduceTest.Inputs.gaussianOfAll(count, size, count);
            float[][] kept = Arrays.stream(inputs).map(float[]::clone).toArray(float[][]::new);
            float[][] outputs = new float[size][];
            simulation.run(rank -> {
                outputs[rank] = inPlace ? inputs[rank] : new float[count];
                return call(
                        MemorySegment.ofArray(inputs[rank]),
                        MemorySegment.ofArray(outputs[rank]),
                        count,
                        ElementType.FLOAT,
                        reduction);
            });
            check(kept, outputs[0], reduction);
            for (int rank = 0; rank < size; rank++) {
                assertArrayEquals(outputs[0], outputs[rank], "rank " + rank);
                assertEquals(Algorithm.HALVING, simulation.outcome(rank).algorithm());
            }
            if (!inPlace) {
                assertArrayEquals(kept, inputs);
            }
        }
    }

    private static void check(float[][] inputs, float[] output, Reduction reduction) {
        int size = inputs.length;
        int divisor = reduction == Reduction.MEAN ? size : 1;
        for (int i = 0; i < output.length; i++) {
            double sum = 0;
            double magnitudes = 0;
            for (float[] input : inputs) {
                sum += input[i];
                magnitudes += Math.abs(input[i]);
            }
            double bound = size * 0x1p-24 * magnitudes / divisor + Math.ulp(output[i]);
            assertEquals(sum / divisor, output[i], bound, "element " + i);
        }
    }

    /** Where nothing is rounded the result is the only one, whatever the type and the reduction; in several chunks. */
    @Test
    void whatIsExactIsExact() {
        int size = 6;
        int count = 1 << 20;
        for (Reduction reduction : List.of(Reduction.SUM, Reduction.MAX, Reduction.MIN)) {
            Simulation simulation = new Simulation(size, NETWORK, WorkRates.uniform(5), true, HALVING);
            long[][] data = new long[size][count];
            for (int rank = 0; rank < size; rank++) {
                int r = rank;
                Arrays.setAll(data[rank], i -> (i * 31L + 7) * (r % 2 == 0 ? r + 1 : -r));
            }
            long[] expected = new long[count];
            Arrays.setAll(
                    expected,
                    i -> IntStream.range(0, size)
                            .mapToLong(rank -> data[rank][i])
                            .reduce((a, b) -> switch (reduction) {
                                case MAX -> Math.max(a, b);
                                case MIN -> Math.min(a, b);
                                default -> a + b;
                            })
                            .orElseThrow());
            simulation.run(rank -> {
                MemorySegment segment = MemorySegment.ofArray(data[rank]);
                return call(segment, segment, count, ElementType.LONG, reduction);
            });
            for (long[] result : data) {
                assertArrayEquals(expected, result);
            }
        }
    }

    @Test
    void repeatsOverSharedMemoryAndKeepsTheResidualClear() {
        int size = 3;
        int count = 4_000;
        List<float[]> results = RankThreads.run(size, HALVING, world -> {
            MemorySegment data = world.allocate(count * 4L);
            Persistent call = world.persistent()
                    .allReduce(data, data, count, ElementType.FLOAT, Reduction.MEAN, Codec.plain(), FREE);
            for (int step = 0; step < 3; step++) {
                float[][] inputs = AllReduceTest.Inputs.gaussianOfAll(count, size, step);
                data.copyFrom(MemorySegment.ofArray(inputs[world.rank()]));
                call.run();
                check(inputs, data.toArray(JAVA_FLOAT), Reduction.MEAN);
                assertEquals(Algorithm.HALVING, call.outcome().algorithm());
            }
            return data.toArray(JAVA_FLOAT);
        });
        assertArrayEquals(results.get(0), results.get(1));
        assertArrayEquals(results.get(0), results.get(2));
    }

    /** Order and table are agreed on before anything is sent, and calls in rank order do not take the schedule. */
    @Test
    void theOrderIsPartOfTheCall() {
        RankThreads.run(3, HALVING, world -> {
            float[] x = {1, 2, 3};
            MemorySegment segment = MemorySegment.ofArray(x);
            CallOptions mine = world.rank() == 1 ? FREE : CallOptions.DEFAULT;
            MismatchException failure = assertThrows(
                    MismatchException.class,
                    () -> world.allReduce(segment, segment, 3, ElementType.FLOAT, Reduction.SUM, Codec.plain(), mine));
            assertTrue(
                    failure.getMessage().contains("order of sums is that of the ranks on rank 0 and any on rank 1"),
                    failure.getMessage());
            assertArrayEquals(new float[] {1, 2, 3}, x);
            Outcome ordered = world.allReduce(
                    segment, segment, 3, ElementType.FLOAT, Reduction.SUM, Codec.plain(), CallOptions.DEFAULT);
            assertEquals(Algorithm.DIRECT, ordered.algorithm());
            return null;
        });
    }

    @Test
    void sendsTwiceTheLogarithmOfTheRanks() {
        Simulation simulation = new Simulation(64, NETWORK, WorkRates.uniform(5), false, HALVING);
        CallTimes times = simulation.run(
                rank -> call(MemorySegment.NULL, MemorySegment.NULL, 64 * 512, ElementType.FLOAT, Reduction.SUM));
        assertEquals(64 * (63 + 2 * 6), times.messages());
    }
}
