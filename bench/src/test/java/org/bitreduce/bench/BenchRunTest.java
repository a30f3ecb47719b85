// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.bitreduce.Order;
import org.bitreduce.launch.ExitCode;
import org.bitreduce.launch.JobResult;
import org.bitreduce.launch.Via;
import org.bitreduce.launch.cli.JobOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

class BenchRunTest {

    /** The whole way: plan, ranks in a JVM of their own, rows, file. */
    @Test
    void writesVerifiedRowsToAFile(@TempDir Path folder) throws Exception {
        Path out = folder.resolve("new folder/results.json");
        BenchPlan plan = new BenchPlan(
                Collective.ALL_REDUCE,
                "local:threads",
                List.of(64L, 8192L),
                List.of(4, 32),
                null,
                Order.RANK,
                512,
                List.of(Place.IN_PLACE),
                3,
                1,
                1,
                List.of(Form.BLOCKING),
                0,
                false,
                false,
                true,
                "");
        JobOptions options = CommandLine.populateCommand(new JobOptions(), "--time-out=50", "--jvm=-Xmx256m");
        BenchRun run = new BenchRun(Via.LOCAL_THREADS, 2, options);
        Path log = folder.resolve("times.hlog");
        Path chart = folder.resolve("pictures/chart.png");
        OutputOptions.Targets targets = new OutputOptions.Targets(RowFormat.JSON, out, log, chart);
        assertEquals(ExitCode.OK, run.run(plan, targets));
        JsonNode results = new ObjectMapper().readTree(Files.readString(out)).get("results");
        assertEquals(4, results.size());
        for (JsonNode row : results.values()) {
            assertEquals(0, row.get("wrong").asLong(), row::toString);
            assertEquals(2, row.get("np").asInt());
            assertTrue(row.get("profile").get("agreement_us").asDouble() > 0, row::toString);
            assertEquals(3, row.get("iterations").asInt());
        }
        assertEquals(
                4,
                Files.readAllLines(log).stream()
                        .filter(line -> line.startsWith("Tag="))
                        .count());
        assertTrue(Files.size(chart) > 1000);
    }

    @Test
    void wrongElementsAndFailedJobsHaveExitCodes() {
        JobResult good = new JobResult(ExitCode.OK, "", List.of());
        assertEquals(ExitCode.OK, BenchRun.exitCode(good, 0));
        assertEquals(ExitCode.DATA, BenchRun.exitCode(good, 1));
        assertEquals(ExitCode.TIME_OUT, BenchRun.exitCode(new JobResult(ExitCode.TIME_OUT, "late", List.of()), 1));
    }
}
