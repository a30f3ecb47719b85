// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.versus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.bitreduce.algorithm.Operation;
import org.junit.jupiter.api.Test;

class VersusArithmeticTest {

    @Test
    void spreadsHaveTheMiddleOfOddAndEvenNumbers() {
        assertEquals(new Spread(1, 2, 9), Spread.of(List.of(9.0, 1.0, 2.0)));
        assertEquals(new Spread(1, 2.5, 9), Spread.of(List.of(9.0, 1.0, 2.0, 3.0)));
        assertEquals(new Spread(4, 4, 4), Spread.of(List.of(4.0)));
        assertThrows(IllegalArgumentException.class, () -> Spread.of(List.of()));
    }

    /** Not the ratio of medians: what was measured together is compared. */
    @Test
    void ratiosAreOfPairs() {
        assertEquals(new Spread(0.5, 2, 3), Spread.ofRatios(List.of(2.0, 9.0, 5.0), List.of(1.0, 3.0, 10.0)));
        assertThrows(IllegalArgumentException.class, () -> Spread.ofRatios(List.of(1.0), List.of(1.0, 2.0)));
    }

    private static Standing standing(String label, int bits, double sent, Double... micros) {
        Side side = new Side(label, null, "-", bits, label.startsWith("bitreduce"));
        return new Standing(side, List.of(micros), 7, 0, sent, 0, 0);
    }

    @Test
    void everySideIsComparedWithEachOfOurs() {
        List<VersusRow> rows = VersusRow.of(
                Operation.ALL_REDUCE,
                null,
                1 << 20,
                List.of(
                        standing("bitreduce:float", 32, 1000, 10.0, 20.0),
                        standing("bitreduce:4", 4, 125, 20.0, 20.0),
                        standing("open-mpi", 32, 0, 30.0, 80.0)));
        assertEquals(
                Map.of("bitreduce:4", new Spread(0.5, 0.75, 1)), rows.get(0).ratios());
        assertEquals(new Spread(3, 3.5, 4), rows.get(2).ratios().get("bitreduce:float"));
        assertEquals(new Spread(1.5, 2.75, 4), rows.get(2).ratios().get("bitreduce:4"));
        assertEquals((1 << 20) / 15e3, rows.get(0).algbw(), 1e-9);
        assertEquals(7, rows.get(1).iterations());
    }

    /** 875 bytes saved and 5 microseconds lost: a link of 175 bytes per microsecond, 1.4 Gbit/s. */
    @Test
    void breakEvenIsBytesSavedOverTimeLost() {
        List<Standing> standings = List.of(
                standing("bitreduce:float", 32, 1000, 10.0, 20.0),
                standing("bitreduce:4", 4, 125, 20.0, 20.0),
                standing("bitreduce:2", 2, 75, 10.0, 10.0));
        List<BreakEven> evens = BreakEven.of(VersusRow.of(Operation.ALL_REDUCE, null, 1 << 20, standings));
        assertEquals(2, evens.size());
        assertEquals(875, evens.getFirst().savedBytes());
        assertEquals(5, evens.getFirst().lostMicros());
        assertEquals(1.4, evens.getFirst().gigabits(), 1e-12);
        assertTrue(
                evens.getFirst().text().endsWith("they pay below 1.4 Gbit/s"),
                evens.getFirst().text());
        assertEquals(Double.POSITIVE_INFINITY, evens.getLast().gigabits());
        assertTrue(evens.getLast().text().endsWith("few bits are faster on any link"));
        assertEquals(List.of(), BreakEven.of(VersusRow.of(Operation.ALL_REDUCE, null, 1024, standings)));
    }

    @Test
    void tasksAndAnswersSurviveTheLine() {
        Task task = new Task(Operation.REDUCE_SCATTER, 1 << 26, 3, 40, true, false, "foreign:16");
        assertEquals("run reduce-scatter 67108864 3 40 in 0 foreign:16", task.line());
        assertEquals(task, Task.parse(task.line()));
        assertThrows(IllegalArgumentException.class, () -> Task.parse("run all-reduce 4"));
        assertThrows(IllegalArgumentException.class, () -> Task.parse("run all-redoce 4 1 1 in 1 x"));
        Reply reply = new Reply(List.of(12L, 7L), 3, 900, 0x1234_5678_9aL);
        assertEquals(reply, Reply.parse(reply.line()));
        assertEquals(new Reply(List.of(5L), 0, 0, 0), Reply.parse("times 5 wrong 0 sent 0"));
    }
}
