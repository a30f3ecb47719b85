// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.simulate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.bitreduce.algorithm.AlgorithmTable;
import org.bitreduce.algorithm.Operation;
import org.bitreduce.bench.CommandRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

@Timeout(240)
class SimulateCommandTest {

    @TempDir
    private Path folder;

    private static int run(String... words) throws Exception {
        return CommandRun.of(new SimulateCommand(), words).exitCode();
    }

    private static SimulationPlan plan(int cores, double ranksPerCore) {
        return new SimulationPlan(
                Operation.ALL_REDUCE,
                List.of(2, 8),
                List.of(4096L),
                List.of(4),
                null,
                512,
                2_000_000,
                0,
                500_000,
                10,
                ranksPerCore,
                cores,
                AlgorithmTable.standard().toString(),
                "rows");
    }

    /** Ranks that share cores take turns, with numbers and with messages. */
    @Test
    void coresAreShared() {
        assertEquals(1, plan(0, 1).slowdown(8));
        assertEquals(1, plan(0, 1).atOnce(8));
        assertEquals(4, plan(2, 1).slowdown(8));
        assertEquals(2, plan(2, 1).atOnce(8));
        assertEquals(1, plan(16, 1).slowdown(8));
        assertEquals(3, plan(16, 3).slowdown(8));
        assertEquals(2_000_000, plan(2, 1).network(8).overheadPicos());
        assertEquals(plan(2, 1), SimulationPlan.parse(plan(2, 1).toWord()));
        // 100 us, of which seven messages out and seven in take 2 us each.
        assertEquals(72_000_000, PredictionCheck.latency(plan(2, 1), 8, 100));
        assertEquals(0, PredictionCheck.latency(plan(2, 1), 8, 10));
    }

    /** What does not fit is said in one message, and what was predicted before it is printed. */
    @Test
    void tooManyRanksAreRefused() throws Exception {
        Path out = folder.resolve("rows.json");
        String[] words = {
            "--np=2,16384",
            "--algorithm=direct",
            "--codec=10",
            "--bytes=4K",
            "--jvm=-Xmx256m",
            "--format=json",
            "--time-out=100",
            "--out=" + out
        };
        var e = assertThrows(IllegalArgumentException.class, () -> run(words));
        assertTrue(e.getMessage().startsWith("16384 ranks by the algorithm direct need about"), e.getMessage());
        assertTrue(e.getMessage().contains("--algorithm grid"), e.getMessage());
        assertEquals(1, new ObjectMapper().readTree(Files.readString(out)).size());
    }

    @Test
    void predictsAndMeasures() throws Exception {
        Path out = folder.resolve("check.json");
        String[] words = {
            "--check",
            "--np=2",
            "--bits=4",
            "--bytes=16K",
            "--codec=5",
            "--jvm=-Xmx256m",
            "--jvm=-XX:TieredStopAtLevel=1",
            "--jvm=-XX:+UseSerialGC",
            "--format=json",
            "--time-out=100",
            "--out=" + out
        };
        assertEquals(0, run(words));
        JsonNode rows = new ObjectMapper().readTree(Files.readString(out));
        assertEquals(1, rows.size());
        JsonNode row = rows.get(0);
        assertEquals("direct", row.get("algorithm").asString());
        assertTrue(row.get("measured_us").asDouble() > 0, row::toString);
        double ratio =
                row.get("predicted_us").asDouble() / row.get("measured_us").asDouble();
        assertEquals(ratio, row.get("ratio").asDouble(), 1e-9);
    }

    @Test
    void checksAreForAllReduces() {
        var e = assertThrows(IllegalArgumentException.class, () -> run("--check", "--collective=broadcast"));
        assertTrue(e.getMessage().contains("collective=broadcast"), e.getMessage());
    }
}
