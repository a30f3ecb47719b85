// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.bitreduce.launch.mpj.MpjHome;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Who builds, who waits, who refuses. */
@Timeout(120)
class ScriptTest extends CloneFixture {

    private long builds() throws IOException {
        Path log = folder.resolve("maven.log");
        return Files.exists(log) ? Files.readAllLines(log).size() : 0;
    }

    /** A new source, and a build of an hour ago. */
    private void makeStale() throws IOException {
        Files.writeString(clone.resolve("launch/src/main/New.java"), "// new");
        FileTime hourAgo = FileTime.from(Instant.now().minusSeconds(3_600));
        Files.setLastModifiedTime(clone.resolve("target/runtime.classpath"), hourAgo);
    }

    /** Four in a shared folder at the same moment: unbuilt, then stale, then up to date. */
    @Test
    void oneBuildsAndTheOthersWait() throws Exception {
        for (int builds = 1; builds <= 2; builds++) {
            if (builds == 2) {
                makeStale();
            }
            List<Process> four = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                four.add(bitreduce("classpath"));
            }
            for (Process process : four) {
                assertEquals(0, process.waitFor(), () -> said(process));
                assertTrue(said(process).contains("bitreduce-launch-0.1.jar"), () -> said(process));
            }
            assertEquals(builds, builds());
            assertEquals(
                    1,
                    four.stream()
                            .filter(process -> said(process).contains("bitreduce: building"))
                            .count());
        }
        Process late = bitreduce("classpath");
        assertEquals(0, late.waitFor(), () -> said(late));
        assertEquals(2, builds(), "up to date");
    }

    @Test
    void aBuilderThatIsKilledHoldsNobodyUp() throws Exception {
        Process first = bitreduce("classpath");
        while (builds() == 0) {
            Thread.sleep(10); // not for ever: tests have a deadline
        }
        first.destroyForcibly().waitFor();
        Process second = bitreduce("classpath");
        assertEquals(0, second.waitFor(), () -> said(second));
        assertTrue(said(second).contains("bitreduce-launch-0.1.jar"), () -> said(second));
    }

    @Test
    void aBuildThatFailsIsSaidByAllThatWait() throws Exception {
        Files.createFile(folder.resolve("broken"));
        List<Process> two = List.of(bitreduce("classpath"), bitreduce("classpath"));
        for (Process process : two) {
            assertEquals(ExitCode.INTERNAL, process.waitFor(), () -> said(process));
            assertTrue(said(process).contains("[ERROR] broken"), () -> said(process));
            assertTrue(said(process).contains("failed; the whole output is in "), () -> said(process));
        }
    }

    /** Within a job nothing is built: what is there is used, however old. */
    @Test
    void aJobBuildsNothing() throws Exception {
        for (String variable : List.of("SLURM_JOB_ID", "PBS_JOBID", "LSB_JOBID", "BITREDUCE_NO_BUILD")) {
            Process unbuilt = bitreduce(Map.of(variable, "7"), "classpath");
            assertEquals(ExitCode.UNAVAILABLE, unbuilt.waitFor(), () -> said(unbuilt));
            assertTrue(said(unbuilt).contains("run " + clone + "/bitreduce build before"), () -> said(unbuilt));
        }
        assertEquals(0, builds());
        Process login = bitreduce("build");
        assertEquals(0, login.waitFor(), () -> said(login));
        makeStale();
        Process job = bitreduce(Map.of("SLURM_JOB_ID", "7"), "classpath");
        assertEquals(0, job.waitFor(), () -> said(job));
        assertEquals(1, builds());
    }

    /** A class path of the user's is searched, too, and does not replace the library. */
    @Test
    void javacFindsTheLibraryWithAClassPathOfOnesOwn() throws Exception {
        String mine = Files.createDirectory(folder.resolve("mine")).toString();
        Path other = Files.writeString(folder.resolve("Other.java"), "class Other {}");
        Path user = Files.writeString(
                folder.resolve("User.java"), "class User { org.bitreduce.Codec codec; Other other; }");
        Process first = bitreduce("javac", "-d", mine, other.toString());
        assertEquals(0, first.waitFor(), () -> said(first));
        Files.delete(other);
        Process second = bitreduce("javac", "-cp", mine, "-d", mine, user.toString());
        assertEquals(0, second.waitFor(), () -> said(second));
        assertTrue(Files.exists(Path.of(mine, "User.class")));
    }

    /** A clone that this process and its children cannot write, not even as root, runs jobs and gets no new file. */
    @ParameterizedTest
    @EnumSource(names = {"LOCAL_PROCESSES", "MPJRUN_MULTICORE"})
    void aCloneThatCannotBeWrittenRunsJobs(Via via) throws Exception {
        assumeTrue(!via.needsMpj() || MpjHome.available(), "skipped: no MPJ Express");
        assumeTrue(readOnly("true").waitFor() == 0, "skipped: this user cannot mount folders read-only");
        Process unbuilt = readOnly(clone.resolve("bitreduce").toString(), "classpath");
        assertEquals(ExitCode.UNAVAILABLE, unbuilt.waitFor(), () -> said(unbuilt));
        assertTrue(said(unbuilt).contains("in a folder that cannot be written"), () -> said(unbuilt));
        Process login = bitreduce("build");
        assertEquals(0, login.waitFor(), () -> said(login));
        makeStale(); // stale, which must not matter
        Map<Path, FileTime> before = files();
        Process job = readOnly(
                clone.resolve("bitreduce").toString(),
                "run",
                "--np=2",
                "--via=" + via,
                "--jvm=-Xmx96m",
                "--",
                Adder.class.getName());
        assertTrue(job.waitFor(100, TimeUnit.SECONDS), () -> said(job));
        assertEquals(0, job.exitValue(), () -> said(job));
        assertTrue(said(job).contains("[1] sum 3.0 of 2"), () -> said(job));
        assertFalse(said(job).contains("Read-only"), () -> said(job));
        assertEquals(before, files());
    }

    private Process readOnly(String... command) throws IOException {
        List<String> words = new ArrayList<>(List.of("unshare", "--mount"));
        if (!System.getProperty("user.name").equals("root")) {
            words.addAll(List.of("--user", "--map-root-user"));
        }
        String mount = "mount --bind \"$0\" \"$0\" && mount -o remount,bind,ro \"$0\" && exec \"$@\"";
        words.addAll(List.of("sh", "-c", mount, clone.toString()));
        words.addAll(List.of(command));
        return start(Map.of(), words.toArray(String[]::new));
    }

    private Map<Path, FileTime> files() throws IOException {
        Map<Path, FileTime> files = new TreeMap<>();
        try (Stream<Path> all = Files.walk(clone)) {
            for (Path file : all.toList()) {
                files.put(file, Files.getLastModifiedTime(file));
            }
        }
        return files;
    }
}
