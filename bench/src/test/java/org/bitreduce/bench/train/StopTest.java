// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.bitreduce.launch.ExitCode;
import org.bitreduce.launch.mpj.MpjHome;
import org.bitreduce.transport.shm.Host;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs of the command that are stopped from outside, and go on. */
@Timeout(180)
class StopTest extends TrainFixture {

    @ParameterizedTest
    @ValueSource(strings = {"local:processes", "mpjrun:multicore", "mpjrun:niodev"})
    void aSignalEndsInACheckpoint(String via) throws Exception {
        assumeTrue(!via.startsWith("mpjrun") || MpjHome.available(), "skipped: no MPJ Express");
        Path out = folder.resolve("run");
        Process run = train(out, "--via=" + via, "--epochs=100000", "--checkpoint-every=0", "--grace=60");
        try {
            awaitLog(run, "epoch 2/");
            run.destroy();
            assertEquals(ExitCode.RESUME_LATER, run.waitFor(), this::logged);
            assertTrue(logged().contains("; go on with: ./bitreduce train --resume " + out), this::logged);
            try (var files = Files.list(out.resolve("checkpoints"))) {
                assertEquals(
                        2,
                        files.filter(file -> file.toString().endsWith(".ckpt")).count(),
                        this::logged);
            }
        } finally {
            run.destroyForcibly();
        }
    }

    /** A time limit and SIGKILL again and again, at any moment; in the end the result is that of a run left in peace. */
    @Test
    void whateverStopsARunItEndsInTheSameBits() throws Exception {
        Path peace = folder.resolve("peace");
        String[] size = {"--via=local:processes", "--epochs=20", "--checkpoint-every=15", "--keep=3"};
        assertEquals(0, train(peace, size).waitFor(), this::logged);
        Path out = folder.resolve("run");
        long seed = System.nanoTime();
        System.out.println("whateverStopsARunItEndsInTheSameBits: seed=" + seed);
        SplittableRandom random = new SplittableRandom(seed);
        for (int kill = 0; kill < 2; kill++) {
            Process run = train(out, size);
            run.waitFor(800 + random.nextInt(1_500), TimeUnit.MILLISECONDS);
            List<ProcessHandle> ranks = run.descendants().toList();
            run.destroyForcibly().waitFor();
            ranks.forEach(ProcessHandle::destroyForcibly);
        }
        Process limited = train(out, "--time-limit=0.001", size[0], size[1], size[2], size[3]);
        int code = limited.waitFor();
        boolean over = logged().contains("written to") && code == 0; // a killed run may have been done already
        assertTrue(code == ExitCode.RESUME_LATER || over, () -> code + logged());
        assertEquals(0, train(out, size).waitFor(), this::logged);
        assertEquals(digest(peace), digest(out));
    }

    /** Killed before its first checkpoint, a recorded run starts again, and so does its recording. */
    @Test
    void aKilledRunsRecordingStartsAgainWithIt() throws Exception {
        Path file = folder.resolve("killed.rec");
        String[] size = {"--via=local:threads", "--epochs=20", "--checkpoint-every=0", "--record=" + file};
        Path out = folder.resolve("run");
        Process killed = train(out, size);
        awaitLog(killed, "epoch 1/");
        List<ProcessHandle> ranks = killed.descendants().toList();
        killed.destroyForcibly().waitFor();
        ranks.forEach(ProcessHandle::destroyForcibly);
        assertTrue(Files.exists(file), this::logged);
        assertEquals(0, train(out, size).waitFor(), this::logged);
        Path peace = folder.resolve("peace.rec");
        size[3] = "--record=" + peace;
        assertEquals(0, train(folder.resolve("peace"), size).waitFor(), this::logged);
        assertEquals(-1, Files.mismatch(peace, file), this::logged);
    }

    @Test
    void aPlaceThatCannotBeWrittenIsSaidAtOnce() throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "no folder");
        assertEquals(ExitCode.INPUT_OUTPUT, train(file.resolve("out")).waitFor(), this::logged);
        assertTrue(logged().contains("cannot write the results: folder=" + file.resolve("out")), this::logged);
        Path out = Files.createDirectory(folder.resolve("run"));
        Files.writeString(out.resolve("checkpoints"), "no folder either");
        List<String> started = new ArrayList<>(List.of("2"));
        started.addAll(SMALL.stream().filter(word -> !word.startsWith("--np")).toList());
        Files.write(out.resolve("arguments.txt"), started);
        assertEquals(ExitCode.INPUT_OUTPUT, train(out, "--via=local:processes").waitFor(), this::logged);
        assertRefusedOnce(out, "it is no folder");
    }

    /** Root may write everywhere, but not on what was mounted for reading. */
    @Test
    void checkpointsThatMayNotBeWrittenAreSaidAtOnce() throws Exception {
        Path out = folder.resolve("run");
        Path checkpoints = Files.createDirectories(out.resolve("checkpoints"));
        Process mount = new ProcessBuilder("mount", "-t", "tmpfs", "-o", "ro,size=64k", "none", checkpoints.toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        assumeTrue(mount.waitFor() == 0, "skipped: this place allows no mount");
        try {
            List<String> started = new ArrayList<>(List.of("2"));
            started.addAll(SMALL);
            Files.write(out.resolve("arguments.txt"), started);
            assertEquals(
                    ExitCode.INPUT_OUTPUT, train(out, "--via=local:processes").waitFor(), this::logged);
            assertRefusedOnce(out, "Read-only file system");
        } finally {
            new ProcessBuilder("umount", checkpoints.toString()).start().waitFor();
        }
    }

    /** One message without a stack trace, and no step. */
    private void assertRefusedOnce(Path out, String why) {
        String message = "bitreduce: rank 0 on host %s will not be able to write checkpoints: folder=%s"
                .formatted(Host.NAME, out.resolve("checkpoints"));
        assertEquals(2, logged().split(Pattern.quote(message), -1).length, this::logged);
        assertEquals(2, logged().split(Pattern.quote(why), -1).length, this::logged);
        assertFalse(logged().contains("\tat ") || logged().contains("epoch 1/"), this::logged);
    }
}
