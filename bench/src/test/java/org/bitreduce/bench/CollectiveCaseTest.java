// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.bitreduce.Communicator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every collective, in and out of place, measured as the command does, with right results. */
class CollectiveCaseTest {

    private static final int ITERATIONS = 3;

    private static BenchRow measure(
            Communicator world, BenchPlan plan, long count, int bits, CollectiveCase.Shape shape) {
        Vectors vectors = Vectors.allocate(world, new BenchData(3), count * 4);
        return measure(world, plan, CollectiveCase.of(plan.collective(), plan, world, vectors, bits, shape));
    }

    private static BenchRow measure(Communicator world, BenchPlan plan, BenchCase subject) {
        Measurement measurement = new Measurement(world, subject, ITERATIONS);
        for (int i = -1; i < ITERATIONS; i++) {
            measurement.iterate(i);
        }
        return measurement.finish(plan, new Exchange(world, 8)).row();
    }

    @ParameterizedTest
    @EnumSource(
            value = Collective.class,
            names = {"ALL_REDUCE", "REDUCE", "REDUCE_SCATTER", "ALL_GATHER", "GATHER", "SCATTER", "BROADCAST"})
    void resultsAreRight(Collective collective) throws Exception {
        BenchPlan plan = BenchPlanTest.plan(collective, null, "", 1, 4, 32);
        List<List<BenchRow>> rows = Ranks.run(3, world -> measureAll(world, plan));
        assertEquals(1, Set.copyOf(rows).size(), "all ranks have the same rows");
        for (BenchRow row : rows.get(0)) {
            assertEquals(0, row.wrong(), row::toString);
            boolean plain = row.bits() == 32;
            double error = row.relL2Error();
            assertTrue(error < (plain ? 1e-6 : row.bits() == 1 ? 2 : 0.5), row::toString);
            assertTrue(plain || row.count() == 3 || error > 0.05, row::toString);
            assertTrue(row.wireBytesPerRank() > 0 && row.p50Us() > 0, row::toString);
            assertTrue(row.minUs() <= row.p50Us() && row.p50Us() <= row.maxUs(), row::toString);
        }
    }

    private static List<BenchRow> measureAll(Communicator world, BenchPlan plan) {
        List<BenchRow> rows = new ArrayList<>();
        for (long count : new long[] {3, 999, 3 * 5000}) {
            for (int bits : plan.bits()) {
                for (Place place : plan.collective().places()) {
                    for (Form form : count == 999 ? Form.values() : new Form[] {Form.BLOCKING}) {
                        rows.add(measure(world, plan, count, bits, new CollectiveCase.Shape(form, place)));
                    }
                }
            }
        }
        return rows;
    }

    @Test
    void barriersHaveTwoForms() throws Exception {
        BenchPlan plan = BenchPlanTest.plan(Collective.BARRIER, null, "", 32);
        List<BenchRow> rows = Ranks.run(2, world -> {
            measure(world, plan, new BarrierCase(world, Form.NON_BLOCKING));
            return measure(world, plan, new BarrierCase(world, Form.BLOCKING));
        });
        assertEquals(0, rows.get(0).bytes());
        assertTrue(rows.get(0).p50Us() > 0 && rows.get(0).wireBytesPerRank() > 0, rows::toString);
    }

    @Test
    void codecIsVerifiedInBothDirections() throws Exception {
        BenchPlan plan = BenchPlanTest.plan(Collective.CODEC, null, "", 32);
        for (int bits : new int[] {1, 2, 4, 16, 32}) {
            for (CodecCase.Direction direction : CodecCase.Direction.values()) {
                if ((direction == CodecCase.Direction.COPY) == (bits == 32)) {
                    BenchRow row = Ranks.run(1, world -> {
                                Vectors vectors = Vectors.allocate(world, new BenchData(3), 4 * 5003);
                                return measure(world, plan, new CodecCase(world, vectors, plan.codec(bits), direction));
                            })
                            .get(0);
                    assertEquals(0, row.wrong(), row::toString);
                    assertEquals(bits == 32, row.relL2Error() == 0, row::toString);
                }
            }
        }
    }
}
