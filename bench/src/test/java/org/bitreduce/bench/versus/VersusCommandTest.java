// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.versus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.bitreduce.launch.ExitCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

class VersusCommandTest {

    /** Wrong options are found before a rank, a download or a host. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "all-redoce | did you mean all-reduce?",
                "--peers open-mip | did you mean open-mpi?",
                "--bits 4,17 | bits=17",
                "--memory alocated | did you mean allocated?",
                "--np 1 | np=1",
                "--np 3 --hosts 4 | hosts=4, np=3",
                "--hosts 2 --transport tcp --grace 3 | another network: --transport=tcp",
                "--hosts 2 --address 10.0.0.1 | hosts=2; leave out what describes another network: --address=10.0.0.1",
                "--hosts 2 --ranks-per-host 2 | --ranks-per-host=2",
                "--np 4 --hosts 2 --bars | hosts=2, np=4",
                "--hosts 2 --link 1gbps | link=1gbps",
                "--bars barrier | collective=barrier",
                "--format jsno | did you mean json?",
                "--repetitions 0 | repetitions=0",
                "--bucket 100 | bucket=100",
                "-b 2K -e 1K | first=2048, last=1024"
            })
    void wrongOptionsAreNamed(String arguments, String expected) {
        VersusCommand command = new VersusCommand();
        new CommandLine(command).parseArgs(arguments.split(" "));
        var e = assertThrows(IllegalArgumentException.class, command::call);
        assertTrue(e.getMessage().contains(expected), e::getMessage);
    }

    /** The whole way without peers: ranks, rows, a report in JSON, a chart. */
    @Test
    void writesReportAndChart(@TempDir Path folder) throws Exception {
        Path out = folder.resolve("new/versus.json");
        Path chart = folder.resolve("versus.png");
        int code = new CommandLine(new VersusCommand())
                .execute(
                        "--np=2",
                        "-b=64K",
                        "-e=64K",
                        "--bits=32,4",
                        "--peers=",
                        "--repetitions=2",
                        "--iterations=20",
                        "--via=local:threads",
                        "--jvm=-Xmx256m",
                        "--jvm=-XX:TieredStopAtLevel=1",
                        "--jvm=-XX:+UseSerialGC",
                        "--time-out=50",
                        "--format=json",
                        "--out=" + out,
                        "--chart=" + chart);
        assertEquals(ExitCode.OK, code);
        JsonNode report = new ObjectMapper().readTree(Files.readString(out));
        assertEquals(2, report.get("results").size());
        JsonNode four = report.get("results").get(1);
        assertEquals("bitreduce:4", four.get("side").asString());
        assertEquals(0, four.get("wrong").asLong());
        assertTrue(four.at("/times_as_long_as/bitreduce:float/median").asDouble() > 0, four::toString);
        assertTrue(four.get("wire_bytes_per_rank").asDouble() > 1 << 13, four::toString);
        assertEquals(1, report.get("break_even").size());
        assertTrue(four.get("p50_low_us").asDouble() <= four.get("p50_us").asDouble(), four::toString);
        assertEquals(0, report.at("/run/hosts").asInt());
        assertEquals(512, report.at("/run/settings/bucket").asInt());
        assertEquals("", report.at("/run/link").asString());
        assertEquals(2, report.at("/run/np").asInt());
        // Where the JDK cannot draw text there is no chart, which is said.
        assertTrue(!Files.exists(chart) || Files.size(chart) > 1000);
    }
}
