// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.bitreduce.Codec;
import org.bitreduce.Mode;
import org.bitreduce.Norm;
import org.bitreduce.Order;
import org.junit.jupiter.api.Test;

class BenchPlanTest {

    static BenchPlan plan(Collective collective, Mode mode, String rows, Integer... bits) {
        return new BenchPlan(
                collective,
                "local:threads",
                List.of(1024L, 4096L),
                List.of(bits),
                mode,
                mode == null ? Order.RANK : Order.FREE,
                512,
                List.of(Place.values()),
                0,
                -1,
                7,
                List.of(Form.values()),
                1,
                true,
                false,
                true,
                rows);
    }

    @Test
    void survivesTheWayToTheRanks() {
        for (Mode mode : new Mode[] {null, Mode.EXACT}) {
            BenchPlan plan =
                    plan(Collective.ALL_REDUCE, mode, "/tmp/a folder/with \"quotes\" & ümlauts=1.jsonl", 2, 32);
            String[] arguments = plan.toArguments();
            for (String argument : arguments) {
                assertFalse(argument.matches(".*[\\s\"'&<>].*"), argument);
            }
            assertEquals(plan, BenchPlan.parse(arguments));
        }
        // What MPJ Express puts in front does not matter.
        String[] own = plan(Collective.BROADCAST, null, "rows", 4).toArguments();
        String[] all = new String[own.length + 3];
        System.arraycopy(new String[] {"0", "2", "smpdev"}, 0, all, 0, 3);
        System.arraycopy(own, 0, all, 3, own.length);
        assertEquals(BenchPlan.parse(own), BenchPlan.parse(all));
    }

    @Test
    void refusesWidthsAndBucketsOutOfRange() {
        assertThrows(IllegalArgumentException.class, () -> plan(Collective.ALL_REDUCE, null, "", 0));
        assertThrows(IllegalArgumentException.class, () -> plan(Collective.ALL_REDUCE, null, "", 17));
        BenchPlan good = plan(Collective.ALL_REDUCE, null, "", 1, 2, 16, 32);
        assertEquals(Codec.sign(Norm.MEAN_MAGNITUDE), good.codec(1));
        assertEquals(Codec.plain(), good.codec(32));
        assertEquals(Codec.uniform(16), good.codec(16));
        assertThrows(IllegalArgumentException.class, () -> CodecOptions.requireBucket(100));
    }

    @Test
    void choosesFewerIterationsForLongerVectors() {
        BenchPlan plan = plan(Collective.ALL_REDUCE, null, "", 4);
        assertEquals(500, plan.iterationsFor(1024));
        assertEquals(16, plan.iterationsFor(16 << 20));
        assertEquals(10, plan.iterationsFor(1 << 30));
        assertEquals(8, plan.warmupFor(16 << 20));
    }
}
