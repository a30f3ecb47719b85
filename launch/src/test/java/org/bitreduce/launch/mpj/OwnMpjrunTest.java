// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.launch.mpj;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import javax.tools.ToolProvider;
import org.bitreduce.launch.JvmFlags;
import org.bitreduce.launch.Launch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A program with MPI calls of its own, started by plain mpjrun: the one that docs/running.md shows. */
class OwnMpjrunTest {

    private static final int RANKS = 4;

    @TempDir
    Path folder;

    private Path home;

    @BeforeEach
    void makeAHomeWithPortsOfItsOwn() throws IOException {
        assumeTrue(MpjHome.available(), "skipped: no MPJ Express at " + System.getProperty(MpjHome.PROPERTY));
        home = Files.createDirectories(folder.resolve("home"));
        Files.createSymbolicLink(home.resolve("lib"), MpjHome.find("").path().resolve("lib"));
        Files.createDirectories(home.resolve("conf"));
        Files.writeString(
                home.resolve("conf").resolve("mpjexpress.conf"), """
                mpjexpress.mpjdaemon.port.1=%d
                mpjexpress.mpjdaemon.port.2=%d
                mpjexpress.mpjrun.port.1=%d
                mpjexpress.mpjdaemon.loglevel=OFF
                mpjexpress.mpjrun.loglevel=OFF
                mpjexpress.mpi.loglevel=OFF
                mpjexpress.version=0.44
                """.formatted(freePort(), freePort(), freePort()));
    }

    @AfterEach
    void removeTheLink() throws IOException {
        if (home != null) {
            Files.delete(home.resolve("lib"));
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    @Test
    void theProgramOfTheManualRunsUnderPlainMpjrun() throws Exception {
        compile(manual());
        List<String> lines = mpjrun("Ring");
        List<String> expected = IntStream.range(0, RANKS)
                .mapToObj(rank -> "rank %d: sum 10.0, neighbour %d".formatted(rank, (rank + RANKS - 1) % RANKS))
                .toList();
        assertEquals(
                expected,
                lines.stream().filter(line -> line.startsWith("rank ")).sorted().toList(),
                lines::toString);
    }

    private static String manual() throws IOException {
        String text = Files.readString(Path.of("..", "docs", "running.md"));
        int end = text.indexOf("```", text.indexOf("public class Ring"));
        int start = text.lastIndexOf("```java", end) + "```java".length();
        return text.substring(start, end);
    }

    private void compile(String program) throws IOException {
        Path source = Files.writeString(folder.resolve("Ring.java"), program);
        String path =
                home.resolve("lib").resolve("mpj.jar") + File.pathSeparator + System.getProperty("java.class.path");
        int status = ToolProvider.getSystemJavaCompiler()
                .run(null, null, null, "-cp", path, "-proc:none", "-d", folder.toString(), source.toString());
        assertEquals(0, status, program);
    }

    private List<String> mpjrun(String main) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Launch.java(),
                "-jar",
                home.resolve("lib").resolve("starter.jar").toString(),
                "-np",
                Integer.toString(RANKS),
                "-dev",
                "multicore"));
        command.addAll(JvmFlags.all());
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")); // a quick start
        command.addAll(List.of("-cp", folder + File.pathSeparator + System.getProperty("java.class.path"), main));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("MPJ_HOME", home.toString());
        String bin = Path.of(Launch.java()).getParent().toString();
        builder.environment().merge("PATH", bin, (before, first) -> first + File.pathSeparator + before);
        Process process = builder.start();
        try {
            List<String> lines = process.inputReader().lines().toList();
            assertEquals(0, process.waitFor(), lines::toString);
            assertTrue(process.descendants().findAny().isEmpty());
            return lines;
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }
}
