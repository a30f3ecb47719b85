// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.bitreduce.launch.mpj.MpjHome;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Whole jobs, with real JVMs. */
class JobTest extends JobFixture {

    private JobResult run(Via via, int np, String act) {
        return run(job(via, np, act));
    }

    private static Job job(Via via, int np, String act) {
        return job(via, np, Actor.class, "x", "y z").withJvmFlags("-Dactor=" + act, "-Dactor.rank=1");
    }

    @ParameterizedTest
    @EnumSource(
            value = Via.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = {"MPIRUN", "SRUN"}) // which start launchers
    void allRanksRunAndPrintUnderTheirNumbers(Via via) {
        JobResult result = run(via, 3, "lines");
        assertEquals("", result.message(), this::all);
        assertEquals(0, result.exitCode());
        for (int rank = 0; rank < 3; rank++) {
            String label = "[" + rank + "] ";
            List<String> lines =
                    output().lines().filter(line -> line.startsWith(label)).toList();
            assertTrue(lines.getFirst().startsWith(label + "hello from " + rank + " with "), this::all);
            assertTrue(lines.getFirst().endsWith("x,y z"), this::all);
            assertEquals(
                    List.of(
                            label,
                            label + "one line",
                            label + "from a virtual thread",
                            label + "printed while interrupted",
                            label + "100 %",
                            label + "no end of line"),
                    lines.subList(1, lines.size()),
                    this::all);
            assertTrue(err.toString(StandardCharsets.UTF_8).contains(label + "to standard error\n"), this::all);
            assertTrue(result.ranks().get(rank).pid() > 0);
        }
        boolean warned = via == Via.MPJRUN_NIODEV || via == Via.MPJRUN_HYBRID;
        assertEquals(warned, all().contains("MPJ Express listens on all addresses"), this::all);
        assertEquals(3 * 8 + (warned ? 1 : 0), all().lines().count(), this::all); // nothing else, no line of mpjrun
    }

    @ParameterizedTest
    @CsvSource({
        "LOCAL_THREADS,throw,1,threw java.lang.IllegalStateException: this rank has had enough",
        "MPJRUN_MULTICORE,throw,1,threw java.lang.IllegalStateException: this rank has had enough",
        "MPJRUN_NIODEV,throw,1,threw java.lang.IllegalStateException: this rank has had enough",
        "LOCAL_PROCESSES,complain,71,threw org.bitreduce.RankFailedException: rank 0 is silent",
        "LOCAL_THREADS,exit,3,called System.exit(3)",
        "MPJRUN_MULTICORE,exit,3,called System.exit(3)",
        "LOCAL_PROCESSES,halt,5,exited with code 5",
        "LOCAL_PROCESSES,halt0,71,exited with code 0 before its main had returned",
        "LOCAL_PROCESSES,kill,137,was killed by signal 9 (SIGKILL)",
        "MPJRUN_NIODEV,kill,137,was killed by signal 9 (SIGKILL)",
        "MPJRUN_HYBRID,throw,1,threw java.lang.IllegalStateException: this rank has had enough",
        "MPJRUN_HYBRID,kill,137,was killed by signal 9 (SIGKILL)",
    })
    void oneBadRankEndsTheJobAndIsNamed(Via via, String act, int code, String how) {
        JobResult result = run(via, 2, act);
        assertEquals(code, result.exitCode(), () -> result + all());
        assertTrue(
                result.message()
                        .matches("rank 1 \\(pid \\d+\\) \\Q" + how + "\\E after \\d+\\.\\d s; the job was stopped"),
                result.message());
    }

    @ParameterizedTest
    @CsvSource({"LOCAL_THREADS,halt,5", "MPJRUN_MULTICORE,kill,137"})
    void theEndOfASharedJvmIsTold(Via via, String act, int code) {
        JobResult result = run(via, 2, act);
        assertEquals(code, result.exitCode(), () -> result + all());
        assertTrue(result.message().startsWith("the JVM of all its 2 ranks (pid "), result.message());
    }

    @ParameterizedTest
    @EnumSource(
            value = Via.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = {"MPIRUN", "SRUN"}) // which start launchers
    void ranksFindEachOtherHoweverTheyAreStarted(Via via) {
        JobResult result = run(job(via, 3, Adder.class, "x", "y z"));
        assertEquals("", result.message(), this::all);
        for (int rank = 0; rank < 3; rank++) {
            assertTrue(output().contains("[" + rank + "] sum 6.0 of 3 with x,y z\n"), this::all);
        }
    }

    @Test
    void aMissingMainClassIsAUsageError() {
        JobResult result = run(Job.of(Via.LOCAL_THREADS, 2, "no.such.Main"));
        assertEquals(ExitCode.USAGE, result.exitCode());
        assertTrue(
                result.message().contains("main class not found: class=no.such.Main; add its folder"), result::message);
    }

    @Test
    void aJvmThatDoesNotStartIsTold() {
        JobResult result =
                run(Job.of(Via.LOCAL_PROCESSES, 2, Actor.class.getName()).withJvmFlags("-XX:+NoSuchFlag"));
        assertEquals(1, result.exitCode());
        assertTrue(result.message().contains("did not come up: its JVM exited with code 1"), result::message);
        assertTrue(all().contains("] Unrecognized VM option 'NoSuchFlag'"), this::all);
    }

    @Test
    void aTimeOutNamesTheRanksThatWereNotReady() {
        JobResult result = run(job(Via.LOCAL_THREADS, 2, "hang").withTimeOut(Duration.ofMillis(1500)));
        assertEquals(ExitCode.TIME_OUT, result.exitCode());
        assertEquals("time-out after 1.5 s: ranks [0, 1] not finished; the job was stopped", result.message());
    }

    @Test
    void twoJobsAtOnceDoNotDisturbEachOther() {
        Via via = MpjHome.available() ? Via.MPJRUN_NIODEV : Via.LOCAL_PROCESSES;
        CompletableFuture<JobResult> other = CompletableFuture.supplyAsync(() ->
                new JobRunner(job(via, 2, "well"), new RankConsole(new ByteArrayOutputStream(), err, false)).run());
        assertEquals(0, run(via, 2, "well").exitCode(), this::all);
        assertEquals(0, other.join().exitCode(), this::all);
    }

    /** Starts the command, in a process that a test may end, with two ranks. */
    private static Process launcher(String via, String act) throws IOException {
        List<String> command = new ArrayList<>(List.of(Launch.java()));
        command.addAll(QuickJvm.launcherFlags());
        command.addAll(List.of("-cp", QuickJvm.classPath(), "org.bitreduce.launch.cli.Main", "run", "--np=2"));
        command.addAll(List.of("--via=" + via, "--jvm=-Dactor=" + act, "--jvm=-Xmx64m"));
        command.addAll(QuickJvm.rankOptions());
        command.add(Actor.class.getName());
        return new ProcessBuilder(command).redirectErrorStream(true).start();
    }

    @Test
    void ranksEndWhenTheirLauncherIsKilled() throws Exception {
        Process launcher = launcher("local:processes", "hang");
        try {
            var reader = launcher.inputReader();
            for (int i = 0; i < 2; i++) {
                assertTrue(reader.readLine().contains("hello"));
            }
            List<ProcessHandle> ranks = launcher.descendants().toList();
            assertEquals(2, ranks.size());
            launcher.destroyForcibly().waitFor();
            for (ProcessHandle rank : ranks) {
                while (ProcessEnder.isRunning(rank)) {
                    Thread.sleep(10); // not for ever: tests have a deadline
                }
            }
            try (Stream<Path> files = Files.list(Path.of("/dev/shm"))) {
                String mark = "-" + launcher.pid() + "-";
                assertFalse(files.anyMatch(file -> file.toString().contains(mark)));
            }
        } finally {
            launcher.destroyForcibly();
        }
    }

    @ParameterizedTest
    @CsvSource({"local:threads,hang,hello,143", "local:processes,stop later,ready,75"})
    void aSignalToTheLauncherEndsTheRanksAndTellsTheSignalUnlessAllCanBeResumed(
            String via, String act, String word, int code) throws Exception {
        Process launcher = launcher(via, act);
        try {
            var reader = launcher.inputReader();
            for (int seen = 0; seen < 2; ) {
                String line = reader.readLine();
                assertTrue(line != null);
                seen += line.contains(word) ? 1 : 0;
            }
            List<ProcessHandle> ranks = launcher.descendants().toList();
            launcher.destroy();
            assertEquals(code, launcher.waitFor());
            assertEquals(
                    List.of(), ranks.stream().filter(ProcessEnder::isRunning).toList());
        } finally {
            launcher.destroyForcibly();
        }
    }

    @Test
    void aJobOfWhichAllRanksStopCanBeResumed() {
        JobResult result = run(Via.LOCAL_PROCESSES, 3, "stop");
        assertEquals(ExitCode.RESUME_LATER, result.exitCode(), () -> result + all());
    }

    @Test
    void wrongJobsAreRefusedWithTheirValues() {
        assertThrows(IllegalArgumentException.class, () -> Job.of(Via.LOCAL_THREADS, 0, "Main"));
        Job job = Job.of(Via.LOCAL_THREADS, 1, "Main");
        String message = assertThrows(IllegalArgumentException.class, () -> job.withJvmFlags("Xmx1g"))
                .getMessage();
        assertTrue(message.endsWith("jvmFlag=Xmx1g"), message);
        LaunchException missing = assertThrows(
                LaunchException.class,
                () -> run(Job.of(Via.MPJRUN_NIODEV, 2, "Main").withMpjHome("/no/such/folder")));
        assertEquals(ExitCode.UNAVAILABLE, missing.exitCode());
        assertTrue(missing.getMessage().contains("folder=/no/such/folder"), missing.getMessage());
    }

    @Test
    void theFlagsAreThoseOfThePom() {
        assertTrue(JvmFlags.all().contains("--add-modules=jdk.incubator.vector"), JvmFlags.all()::toString);
        assertTrue(JvmFlags.all().stream().allMatch(flag -> flag.startsWith("--") && flag.contains("=")));
        assertFalse(Arrays.toString(JvmFlags.all().toArray()).contains("${"));
    }
}
