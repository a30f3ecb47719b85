// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.bitreduce.launch.ExitCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Places for checkpoints that are lost while the command runs. */
@Timeout(120)
class FullDiskTest extends TrainFixture {

    /** As good as: room is wanted for the history of all its steps, 10 MB per rank. */
    private static final String[] ENDLESS = {"--epochs=2000", "--checkpoint-every=50"};

    private Process endless(Path out, String via) throws Exception {
        Process run = train(out, "--via=" + via, ENDLESS[0], ENDLESS[1]);
        awaitLog(run, "epoch 2/");
        while (run.isAlive() && checkpoints(out).size() < 4) { // two of each rank
            Thread.sleep(20); // not for ever: tests have a deadline
        }
        return run;
    }

    private static List<String> checkpoints(Path out) throws IOException {
        try (Stream<Path> files = Files.list(out.resolve("checkpoints"))) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".ckpt"))
                    .toList();
        }
    }

    /** One message, no stack trace, the code of a full disk, two generations of each rank and nothing else. */
    private void assertSaidOnce(Process run, String cause) throws Exception {
        assertEquals(ExitCode.INPUT_OUTPUT, run.waitFor(), this::logged);
        Pattern message = Pattern.compile(
                "(?m)^bitreduce: rank [01] on host \\S+ cannot write the checkpoint of step \\d+: file=\\S+,"
                        + " cause=.*" + cause + ".*$");
        assertEquals(1, message.matcher(logged()).results().count(), this::logged);
        assertEquals(2, logged().split("cannot write", -1).length, this::logged);
        assertFalse(logged().contains("\tat ") || logged().contains("Exception in "), this::logged);
    }

    private void assertGoesOn(Path out, String via) throws Exception {
        assertTrue(checkpoints(out).size() >= 2, () -> out + logged());
        Process resumed = train(out, "--via=" + via, "--time-limit=0.001", ENDLESS[0], ENDLESS[1]);
        assertEquals(ExitCode.RESUME_LATER, resumed.waitFor(), this::logged);
        assertTrue(logged().contains("going on after step"), this::logged);
        assertFalse(logged().contains("is passed over"), this::logged);
    }

    /** {@return a new small disk, which only root may make; whoever asks unmounts it} */
    private Path mounted(String name, String size) throws Exception {
        Path disk = Files.createDirectory(folder.resolve(name));
        assumeTrue(
                run("mount", "-t", "tmpfs", "-o", "size=" + size, "none", disk.toString()) == 0,
                "skipped: this place allows no mount");
        return disk;
    }

    /** Needs root, for the disk; {@link #aRankThatMayWriteNoMoreEndsTheRun} does not. */
    @Test
    void aDiskThatFillsUpEndsTheRun() throws Exception {
        Path out = mounted("run", "48m");
        Process run = null;
        try {
            run = endless(out, "local:processes");
            Path rest = out.resolve("rest");
            run("dd", "if=/dev/zero", "of=" + rest, "bs=4k"); // until it is full
            assertSaidOnce(run, "No space left on device");
            try (Stream<Path> files = Files.list(out.resolve("checkpoints"))) {
                assertTrue(files.noneMatch(file -> file.toString().endsWith(".part")), this::logged);
            }
            Files.delete(rest);
            assertGoesOn(out, "local:processes");
        } finally {
            if (run != null) {
                run.destroyForcibly().waitFor();
            }
            run("umount", "--lazy", out.toString());
        }
    }

    /** A recording's space is written out before the first step, so that it cannot run out of it later. */
    @Test
    void aRecordingWithoutRoomIsRefusedBeforeTheFirstStep() throws Exception {
        Path disk = mounted("disk", "64k");
        try {
            Path file = disk.resolve("gradients.rec");
            Process run = train(folder.resolve("run"), "--via=local:processes", "--epochs=2", "--record=" + file);
            assertEquals(ExitCode.INPUT_OUTPUT, run.waitFor(), this::logged);
            String message = "bitreduce: the recording " + file + " cannot be made: No space left on device";
            assertEquals(2, logged().split(Pattern.quote(message), -1).length, this::logged);
            assertFalse(logged().contains("\tat ") || logged().contains("epoch 1/"), this::logged);
            try (Stream<Path> files = Files.list(disk)) {
                assertTrue(files.noneMatch(left -> left.toString().contains("part")), this::logged);
            }
        } finally {
            run("umount", "--lazy", disk.toString());
        }
    }

    /** As over a quota: one rank only, from now on, and the other one hears of it. */
    @Test
    void aRankThatMayWriteNoMoreEndsTheRun() throws Exception {
        Path out = folder.resolve("run");
        Process run = endless(out, "local:processes");
        try {
            ProcessHandle rank = run.children()
                    .filter(child -> child.info().command().orElse("").endsWith("java"))
                    .findFirst()
                    .orElseThrow();
            assumeTrue(
                    run("prlimit", "--pid", Long.toString(rank.pid()), "--fsize=4096") == 0,
                    "skipped: no prlimit here, of util-linux");
            assertSaidOnce(run, "File too large");
        } finally {
            run.destroyForcibly();
        }
        assertGoesOn(out, "local:processes");
    }

    @Test
    void aFolderThatIsMovedAwayEndsTheRun() throws Exception {
        Path out = folder.resolve("run");
        Process run = endless(out, "local:threads");
        try {
            Path away = Files.move(out, folder.resolve("away"));
            assertSaidOnce(run, "no such file or folder");
            assertFalse(Files.exists(out));
            Files.move(away, out);
        } finally {
            run.destroyForcibly();
        }
        assertGoesOn(out, "local:threads");
    }

    private static int run(String... command) throws Exception {
        try {
            return new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
        } catch (IOException e) {
            return ExitCode.UNAVAILABLE;
        }
    }
}
