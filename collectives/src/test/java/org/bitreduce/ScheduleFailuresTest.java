// SPDX-License-Identifier: Apache-2.0
package org.bitreduce;

import static org.bitreduce.Schedules.call;
import static org.bitreduce.Schedules.modes;
import static org.bitreduce.Schedules.options;
import static org.bitreduce.Schedules.simulation;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.bitreduce.AllReduceTest.Inputs;
import org.bitreduce.algorithm.Algorithm;
import org.bitreduce.algorithm.AlgorithmTable;
import org.bitreduce.algorithm.Operation;
import org.bitreduce.simulate.Simulation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is wrong with a call ends alike whatever the schedule: refused by all, or treated as the policy says. */
class ScheduleFailuresTest {

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
                if (mode == Mode.PLAIN || mode == Mode.TWOSHOT) {
                    assertArrayEquals(direct, withNonFinite(Algorithm.EAGER, policy, codec, mode), codec + ", " + mode);
                }
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
        Simulation simulation = simulation(size, options);
        float[][] inputs = Inputs.gaussianOfAll(count, size, 0);
        inputs[1][700] = Float.NaN;
        inputs[3][990] = Float.NEGATIVE_INFINITY;
        float[][] outputs = new float[size][count];
        CallOptions call = options(codec, mode);
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
