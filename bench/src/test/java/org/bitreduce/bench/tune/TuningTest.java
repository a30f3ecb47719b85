// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.tune;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.bitreduce.Mode;
import org.bitreduce.Order;
import org.bitreduce.algorithm.Algorithm;
import org.bitreduce.algorithm.AlgorithmTable;
import org.bitreduce.algorithm.Operation;
import org.bitreduce.bench.Trial;
import org.junit.jupiter.api.Test;

class TuningTest {

    private final AlgorithmTable base = AlgorithmTable.parse("base", "* * * 1- 0- direct");
    private final Tuning tuning = new Tuning(base, 0.05);

    private void add(Mode mode, int np, int bits, long bytes, Algorithm algorithm, double... rounds) {
        for (double micros : rounds) {
            tuning.add(new Trial("here", Operation.ALL_REDUCE, mode, np, bits, bytes, algorithm, micros, 0));
        }
    }

    private Algorithm choice(Mode mode, int np, long bytes) {
        return tuning.table().choose("here", Operation.ALL_REDUCE, mode, np, bytes);
    }

    @Test
    void theFastestReplacesTheUsualOneIfItGainsEnough() {
        add(Mode.TWOSHOT, 4, 4, 1024, Algorithm.DIRECT, 100, 10, 90);
        add(Mode.TWOSHOT, 4, 4, 1024, Algorithm.GRID, 80, 300, 70);
        add(Mode.TWOSHOT, 4, 4, 1024, Algorithm.INLINE, 50, 40, 60);
        add(Mode.TWOSHOT, 4, 4, 65536, Algorithm.DIRECT, 100);
        add(Mode.TWOSHOT, 4, 4, 65536, Algorithm.GRID, 96);
        assertEquals(Algorithm.INLINE, choice(Mode.TWOSHOT, 4, 1024));
        assertEquals(Algorithm.DIRECT, choice(Mode.TWOSHOT, 4, 65536));
        Finding first = tuning.ordered().getFirst();
        assertEquals(90, first.usualMicros(), 1e-9);
        assertEquals(50, first.bestMicros(), 1e-9);
        assertTrue(first.toString().contains("1.80 times as fast"), first.toString());
    }

    @Test
    void widthsOfOneModeCountAlike() {
        add(Mode.TWOSHOT, 4, 2, 1024, Algorithm.DIRECT, 100);
        add(Mode.TWOSHOT, 4, 8, 1024, Algorithm.DIRECT, 100);
        add(Mode.TWOSHOT, 4, 2, 1024, Algorithm.GRID, 50);
        add(Mode.TWOSHOT, 4, 8, 1024, Algorithm.GRID, 160);
        assertEquals(Algorithm.GRID, choice(Mode.TWOSHOT, 4, 1024));
        add(Mode.TWOSHOT, 4, 4, 1024, Algorithm.DIRECT, 100);
        add(Mode.TWOSHOT, 4, 4, 1024, Algorithm.GRID, 120);
        assertEquals(Algorithm.DIRECT, choice(Mode.TWOSHOT, 4, 1024));
    }

    /** Sizes and numbers of ranks in between follow what was measured below; ranks beyond keep the former rules. */
    @Test
    void rulesCoverWhatLiesBetween() {
        for (long bytes : new long[] {256, 1024, 4096}) {
            for (int np : new int[] {4, 8}) {
                add(Mode.TWOSHOT, np, 4, bytes, Algorithm.DIRECT, 100);
                add(Mode.TWOSHOT, np, 4, bytes, Algorithm.GRID, bytes < 4096 ? 50 : 200);
            }
        }
        assertEquals(Algorithm.GRID, choice(Mode.TWOSHOT, 4, 4));
        assertEquals(Algorithm.GRID, choice(Mode.TWOSHOT, 7, 4095));
        assertEquals(Algorithm.DIRECT, choice(Mode.TWOSHOT, 8, 1L << 40));
        assertEquals(Algorithm.DIRECT, choice(Mode.TWOSHOT, 9, 256));
        assertEquals(Algorithm.DIRECT, choice(Mode.TWOSHOT, 3, 256));
        assertEquals(Algorithm.DIRECT, choice(Mode.EXACT, 4, 256));
        // Two ranges for each number of ranks, and the base.
        assertEquals(5, tuning.table().rules().size());
    }

    @Test
    void otherOrdersAreForThoseWhoAllowThem() {
        add(Mode.PLAIN, 8, 32, 1 << 20, Algorithm.DIRECT, 100);
        add(Mode.PLAIN, 8, 32, 1 << 20, Algorithm.HALVING, 20);
        assertEquals(Algorithm.DIRECT, choice(Mode.PLAIN, 8, 1 << 20));
        assertEquals(
                Algorithm.HALVING,
                tuning.table().choose("here", Operation.ALL_REDUCE, Mode.PLAIN, Order.FREE, 8, 1 << 20));
        assertEquals(
                List.of(Algorithm.HALVING),
                tuning.free().stream().map(Finding::best).toList());
    }

    @Test
    void theTableSurvivesItsText() {
        add(Mode.PLAIN, 8, 32, 1 << 20, Algorithm.DIRECT, 100);
        add(Mode.PLAIN, 8, 32, 1 << 20, Algorithm.GRID, 20);
        AlgorithmTable table = tuning.table();
        AlgorithmTable read = AlgorithmTable.parse("text", "# a comment\n" + table);
        assertEquals(table, read);
        assertEquals(table.fingerprint(), read.fingerprint());
    }
}
