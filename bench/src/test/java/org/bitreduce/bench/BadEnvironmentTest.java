// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.bitreduce.launch.ExitCode;
import org.bitreduce.launch.cli.Main;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Machines that lack something. What hides parts of this one needs root and mount namespaces, and is skipped without. */
@Timeout(120)
class BadEnvironmentTest {

    private record Ended(int code, String text) {}

    private static Ended run(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(process.waitFor(100, TimeUnit.SECONDS), text);
        return new Ended(process.exitValue(), text);
    }

    /** Runs a shell command that may mount what it likes; nobody else sees it. */
    private static Ended hidden(String script, String... arguments) throws IOException, InterruptedException {
        try {
            Ended probe = run(List.of("unshare", "-m", "mount", "-t", "tmpfs", "none", "/mnt"));
            assumeTrue(probe.code == 0, () -> "skipped: no mount namespaces here: " + probe.text);
        } catch (IOException e) {
            assumeTrue(false, () -> "skipped: no unshare here: " + e);
        }
        List<String> command = new ArrayList<>(List.of("unshare", "-m", "sh", "-ec", script, "sh"));
        command.addAll(List.of(arguments));
        return run(command);
    }

    private static List<String> java(List<String> flags, String... arguments) {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(flags);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
        command.addAll(List.of(arguments));
        return command;
    }

    @Test
    void withoutAJdkTheScriptSaysWhereToGetOne() throws Exception {
        Path script = Path.of("..", "bitreduce").toRealPath();
        Ended ended = hidden(
                "mount -t tmpfs none /usr/lib/jvm; exec env -i HOME=/nonexistent PATH=/usr/bin:/bin \"$1\" --help",
                script.toString());
        assumeTrue(!ended.text.contains("Usage:"), "skipped: there is a JDK outside /usr/lib/jvm");
        assertEquals(ExitCode.UNAVAILABLE, ended.code, ended.text);
        assertTrue(ended.text.contains("no JDK 25 or newer found"), ended.text);
        assertTrue(ended.text.contains("set JAVA_HOME"), ended.text);
        assertEquals(1, ended.text.lines().count(), ended.text);
    }

    private static Ended benchWithSharedMemoryOf(String room) throws IOException, InterruptedException {
        String line = "bench all-reduce --np 2 --via local:processes -b 1M -e 1M --bits 32,4 --place in --iterations 1"
                + " --warmup 0 --time-out 60 --jvm=-Xmx256m";
        List<String> command = java(List.of("-XX:TieredStopAtLevel=1"), line.split(" "));
        return hidden("mount -t tmpfs -o size=" + room + " none /dev/shm; exec \"$@\"", command.toArray(String[]::new));
    }

    /** A host with too little shared memory for vectors works, more slowly, and says so. */
    @Test
    void shortSharedMemoryIsSaidAndWorkGoesOn() throws Exception {
        Ended ended = benchWithSharedMemoryOf("64k");
        assertEquals(ExitCode.OK, ended.code, ended.text);
        assertTrue(ended.text.contains("no room for") && ended.text.contains("/dev/shm"), ended.text);
        assertTrue(ended.text.contains("2 rows, their results verified; wrong elements: 0"), ended.text);
    }

    /** With less than ranks need to find each other nothing starts; it is an error, not a crash. */
    @Test
    void fullSharedMemoryIsAnError() throws Exception {
        Ended ended = benchWithSharedMemoryOf("8k");
        assertEquals(ExitCode.INPUT_OUTPUT, ended.code, ended.text);
        assertTrue(ended.text.contains("no space left") && ended.text.contains("make room in /dev/shm"), ended.text);
        assertFalse(ended.text.contains("SIGBUS"), ended.text);
    }

    @ParameterizedTest
    @CsvSource({
        "run --np 2 --address no.such.host.invalid -- x.Y, 64, no such address: address=no.such.host.invalid",
        "run --np 2 --via mpjrun:niodev -- x.Y, 69, MPJ Express is not there: folder=/nonexistent",
        "run --np 2 --via mpjrun -- x.Y, 69, MPJ Express is not there: folder=/nonexistent",
        "train --via mpjrun --np 2, 69, MPJ Express is not there: folder=/nonexistent",
        "bench all-reduce --via mpjrun:hybrid --np 2, 69, MPJ Express is not there: folder=/nonexistent",
        "run --np 2 -- no.such.Program, 64, no.such.Program",
        "train --task ag-news --data /nonexistent --np 1, 69, --data=/nonexistent"
    })
    void whatIsMissingIsNamed(String arguments, int code, String expected) throws Exception {
        Ended ended = run(
                java(List.of("-XX:TieredStopAtLevel=1", "-Dbitreduce.mpj.home=/nonexistent"), arguments.split(" ")));
        assertEquals(code, ended.code, ended.text);
        assertTrue(ended.text.contains(expected), ended.text);
        assertFalse(ended.text.contains("\tat "), ended.text);
    }
}
