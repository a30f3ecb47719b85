// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** A small run from option to report. */
class KernelsCommandTest {

    @TempDir
    private Path folder;

    @Test
    @Timeout(value = 2, unit = TimeUnit.MINUTES) // one JVM, on machines that may be busy
    void aRunOfOneJvmReportsEveryKernel() throws Exception {
        Path out = folder.resolve("kernels.json");
        int code = new CommandLine(new KernelsCommand())
                .execute("--jvms=1", "--bits=3", "--vector=256", "--bytes=65536", "--format=json", "--out=" + out);
        assertEquals(0, code);
        JsonNode report = new ObjectMapper().readTree(Files.readString(out));
        JsonNode results = report.get("results");
        assertEquals(KernelCase.java().size(), results.size());
        for (JsonNode row : results) {
            assertTrue(row.get("min_GBps").asDouble() > 0, row.toString());
            assertEquals(65536, row.get("bytes").asLong());
            assertEquals(1, row.get("jvms").asInt());
        }
    }

    @Test
    void wrongValuesAreNamed() {
        assertEquals("bits must be 2 to 16: bits=17", message("--bits=2,17"));
        assertEquals("vectors must be of 256 or 512 bits: vector=128", message("--vector=128"));
        assertEquals("the number of JVMs must be 1 to 100: jvms=0", message("--jvms=0"));
        assertTrue(message("--bytes=1000").startsWith("sizes must be positive multiples of 2048 bytes"));
    }

    private static String message(String option) {
        KernelsCommand command = new KernelsCommand();
        new CommandLine(command).parseArgs(option);
        return assertThrows(IllegalArgumentException.class, command::call).getMessage();
    }
}
