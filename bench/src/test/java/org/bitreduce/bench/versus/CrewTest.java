// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.versus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.BiFunction;
import org.bitreduce.algorithm.Operation;
import org.junit.jupiter.api.Test;

class CrewTest {

    private static final Task TASK = new Task(Operation.ALL_REDUCE, 400, 1, 2, false, true, "x:4");
    private static final List<String> TWO = List.of("hello 1 2 77 Library 1.0", "hello 0 2 78 Library 1.0");

    private static Crew crew(BiFunction<Integer, Task, String> answer) throws Exception {
        return Crew.assemble("them", 2, new FakeProgram(TWO, answer));
    }

    /** Ranks are told by what they say and not by the order in which they come. */
    @Test
    void combinesTheAnswersOfAllRanks() throws Exception {
        try (Crew crew = crew((order, task) -> {
            assertEquals(TASK, task);
            return order == 0 ? "times 5 100 wrong 2 sent 10" : "times 10 20 wrong 1 sent 30";
        })) {
            Block block = crew.measure(TASK, Duration.ofSeconds(20));
            assertEquals(new Block(List.of(10L, 100L), 3, 10), block);
            assertEquals("Library 1.0", crew.library());
            assertEquals(Set.of(77L, 78L), crew.processes());
        }
    }

    @Test
    void resultsThatDifferBetweenRanksAreWrongAltogether() throws Exception {
        try (Crew crew = crew((order, task) -> "times 5 5 wrong 0 sent 0 checksum " + order)) {
            assertEquals(100, crew.measure(TASK, Duration.ofSeconds(20)).wrong());
        }
    }

    @Test
    void namesTheRankThatIsGoneSilentOrUnwilling() throws Exception {
        assertFails(
                (order, task) -> "",
                Duration.ofSeconds(20),
                "them, rank 0, at \"run all-reduce 400 1 2 out 1 x:4\":" + " it is gone: its last words");
        assertFails((order, task) -> order == 1 ? "times 1 1 wrong 0 sent 0" : null, Duration.ofMillis(50), "rank 1,");
        assertFails((order, task) -> "error no memory", Duration.ofSeconds(20), ": no memory");
        assertFails((order, task) -> "times 1 x wrong", Duration.ofSeconds(20), "unexpected answer: times 1 x wrong");
    }

    private static void assertFails(BiFunction<Integer, Task, String> answer, Duration limit, String expected)
            throws Exception {
        try (Crew crew = crew(answer)) {
            var e = assertThrows(CrewException.class, () -> crew.measure(TASK, limit));
            assertTrue(e.getMessage().contains(expected), e::getMessage);
        }
    }

    @Test
    void saysWhyRanksDidNotComeUp() {
        var dead = assertThrows(
                CrewException.class, () -> Crew.assemble("them", 2, new FakeProgram(List.of(), (o, t) -> "")));
        assertEquals("them did not start: its last words", dead.getMessage());
        List<String> twice = List.of("hello 1 2 77 L", "hello 1 2 78 L");
        var strange =
                assertThrows(CrewException.class, () -> Crew.assemble("them", 2, new FakeProgram(twice, (o, t) -> "")));
        assertTrue(
                strange.getMessage().contains("hello=hello 1 2 78 L, expected=2 different ranks"), strange::getMessage);
    }
}
