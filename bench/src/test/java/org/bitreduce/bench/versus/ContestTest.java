// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.versus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.bitreduce.algorithm.Operation;
import org.bitreduce.bench.VersusRank;
import org.bitreduce.launch.Via;
import org.bitreduce.launch.cli.JobOptions;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class ContestTest {

    private static final JobOptions OPTIONS = CommandLine.populateCommand(
            new JobOptions(),
            "--time-out=50",
            "--jvm=-Xmx128m",
            "--jvm=-XX:TieredStopAtLevel=1",
            "--jvm=-XX:+UseSerialGC");

    private static Crew ours() throws Exception {
        var settings = new VersusRank.Settings(null, 512, 1);
        return Crew.assemble(
                "ours",
                2,
                new JobProgram(
                        socket -> OPTIONS.applyTo(VersusRank.job(Via.LOCAL_PROCESSES, 2, settings, 64 << 10, socket))));
    }

    /** Two crews of real ranks: every variant gives right results, and nobody of the one spins while the other is timed. */
    @Test
    void waitingRanksLeaveTheProcessors() throws Exception {
        assumeTrue(Files.isReadable(Path.of("/proc/stat")), "skipped: no /proc");
        try (Crew first = ours();
                Crew second = ours()) {
            List<Side> sides = List.of(
                    Side.ours(first, 32, Side.ALLOCATED),
                    Side.ours(first, 4, Side.FOREIGN),
                    new Side("other", second, "allocated:4", 4, false));
            List<Standing> standings = new Contest(4, 50).at(sides, Operation.ALL_REDUCE, 64 << 10, false);
            assertEquals(sides, standings.stream().map(Standing::side).toList());
            for (Standing standing : standings) {
                assertEquals(0, standing.wrong());
                assertEquals(4, standing.micros().size());
                assertTrue(standing.othersCores() < 0.25, standing::toString);
                assertTrue(standing.sentBytes() > 0, standing::toString);
            }
            Block barrier = first.measure(
                    new Task(Operation.BARRIER, 4, 1, 5, true, true, "allocated:32"), java.time.Duration.ofSeconds(20));
            assertEquals(5, barrier.nanos().size());
            assertEquals(0, barrier.wrong());
        }
    }

    /** Each repetition has one block of every side, and nobody is always first. */
    @Test
    void sidesTakeTurns() throws Exception {
        List<String> order = Collections.synchronizedList(new ArrayList<>());
        List<String> hello = List.of("hello 0 1 " + ProcessHandle.current().pid() + " L");
        try (Crew crew = Crew.assemble("fake", 1, new FakeProgram(hello, (rank, task) -> {
            order.add(task.variant());
            return "times 1000000000 wrong 0 sent 0";
        }))) {
            List<Side> sides = List.of(new Side("a", crew, "a", 32, true), new Side("b", crew, "b", 32, false));
            new Contest(4, 1).at(sides, Operation.ALL_REDUCE, 4, false);
        }
        // each is verified and warms up, then they take turns
        int warm = order.size() - 8;
        assertEquals(
                List.of("a", "b"), order.subList(0, warm).stream().distinct().toList());
        List<String> turns = order.subList(warm, order.size());
        assertEquals(List.of("a", "b", "b", "a", "a", "b", "b", "a"), turns);
    }
}
