// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.bitreduce.bench.train.checkpoint.CheckpointStore;
import org.bitreduce.bench.train.checkpoint.Section;
import org.bitreduce.launch.ExitCode;
import org.bitreduce.launch.Launch;
import org.bitreduce.launch.LaunchException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What {@code status} tells of folders of two ranks. */
@Timeout(60)
class StatusTest {

    @TempDir
    private Path folder;

    private final StringWriter printed = new StringWriter();
    private final StringWriter complained = new StringWriter();

    @BeforeEach
    void begin() throws IOException {
        TrainOptions options = TrainOptions.parse(List.of("--task=synthetic", "--seed=7"));
        new RunFolder(folder).begin(new RunFolder.Start(2, options.toArguments()));
    }

    private int status(Path... folders) {
        CommandLine line = new CommandLine(new StatusCommand())
                .setOut(new PrintWriter(printed, true))
                .setErr(new PrintWriter(complained, true));
        line.setExecutionExceptionHandler((e, command, result) -> {
            throw e;
        });
        return line.execute(List.of(folders).stream().map(Path::toString).toArray(String[]::new));
    }

    private void save(int rank, long step) throws IOException {
        MemorySegment content = MemorySegment.ofArray(new byte[1000]);
        new CheckpointStore(folder.resolve("checkpoints"), rank, 2, 3).save(step, Map.of(Section.PARAMETERS, content));
    }

    private void assertPrinted(String... texts) {
        for (String text : texts) {
            assertTrue(printed.toString().contains(text), () -> text + " is not in: " + printed);
        }
    }

    @Test
    void aRunWithoutCheckpointsStartsAgain() {
        assertEquals(ExitCode.RESUME_LATER, status(folder));
        assertPrinted("synthetic, dqsgd:4, 2 ranks, seed 7", "none that is whole on all ranks", "--resume auto");
    }

    @Test
    void theNewestStepOfAllRanksIsTold() throws IOException {
        save(0, 100);
        save(1, 100);
        save(0, 200);
        assertEquals(ExitCode.RESUME_LATER, status(folder));
        assertPrinted("step 200: rank 1 has no file of it", "step 100, whole on all ranks", "train --resume " + folder);
    }

    @Test
    void damageIsNamedAndPassedOver() throws IOException {
        for (int rank = 0; rank < 2; rank++) {
            save(rank, 100);
            save(rank, 200);
        }
        Path file = folder.resolve("checkpoints/step-000000000200-rank-1-of-2.ckpt");
        byte[] bytes = Files.readAllBytes(file);
        bytes[500] ^= 1;
        Files.write(file, bytes);
        assertEquals(ExitCode.RESUME_LATER, status(folder));
        assertPrinted(file + " is damaged in section PARAMETERS", "step 100, whole on all ranks");
    }

    /** The command runs in a JVM without the flags that ranks have. */
    @Test
    void noFlagsAreNeeded() throws Exception {
        save(0, 100);
        save(1, 100);
        Path log = folder.resolve("log");
        Process process = new ProcessBuilder(
                        Launch.java(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "org.bitreduce.launch.cli.Main",
                        "status",
                        folder.toString())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        assertEquals(ExitCode.RESUME_LATER, process.waitFor(), () -> read(log));
        assertTrue(read(log).contains("step 100, whole on all ranks"), () -> read(log));
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aFinishedRunShowsItsResult() throws IOException {
        Files.writeString(folder.resolve("report.json"), """
                {"test_accuracy": 0.7953, "average_bits": 4.0001, "seconds": 16.25, "parameters_sha256": "9a55"}
                """);
        assertEquals(ExitCode.OK, status(folder));
        assertPrinted("test accuracy 79.53 %, 4.000 bits per element, 16.3 s", "sha256 9a55");
        assertFalse(printed.toString().contains("go on"), printed::toString);
    }

    @Test
    void whatIsNoRunOrDamagedIsRefused(@TempDir Path other) throws IOException {
        LaunchException none = refused(other);
        assertEquals(ExitCode.USAGE, none.exitCode());
        assertTrue(none.getMessage().contains("is no folder of a training run"), none::getMessage);
        Files.writeString(folder.resolve("report.json"), "{\"test_accuracy\": 0.7");
        LaunchException damaged = refused(folder);
        assertEquals(ExitCode.DATA, damaged.exitCode());
        assertTrue(damaged.getMessage().contains("report.json is damaged"), damaged::getMessage);
    }

    /** What is wrong with one folder keeps nobody from hearing of the others. */
    @Test
    void everyFolderIsToldOf(@TempDir Path other) throws IOException {
        Path third = other.resolve("third");
        new RunFolder(third).begin(new RunFolder(folder).load());
        Files.writeString(third.resolve("report.json"), "{\"test_accuracy\": 0.7953, \"seconds\": 1}");
        assertEquals(ExitCode.RESUME_LATER, status(third, folder, third));
        assertEquals("", complained.toString());
        Path damaged = other.resolve("damaged");
        new RunFolder(damaged).begin(new RunFolder(folder).load());
        Files.writeString(damaged.resolve("report.json"), "{");
        printed.getBuffer().setLength(0);
        assertEquals(ExitCode.USAGE, status(folder, other, damaged, third));
        assertPrinted(folder + ": synthetic", "not finished", third + ": synthetic", "79.53 %");
        List<String> complaints = complained.toString().lines().toList();
        assertEquals(2, complaints.size(), complaints::toString);
        assertTrue(complaints.get(0).startsWith("bitreduce: " + other + " is no folder of a training run"));
        assertTrue(complaints.get(1).startsWith("bitreduce: " + damaged.resolve("report.json") + " is damaged"));
        assertEquals(ExitCode.DATA, status(third, damaged, other));
    }

    /** A new run in the folder of an old one is not taken for that one. */
    @Test
    void anEarlierRunsReportIsNotTold() throws IOException {
        Files.writeString(folder.resolve("report.json"), "{\"test_accuracy\": 0.7953}");
        TrainOptions options = TrainOptions.parse(List.of("--task=synthetic", "--seed=8"));
        new RunFolder(folder).begin(new RunFolder.Start(2, options.toArguments()));
        assertEquals(ExitCode.RESUME_LATER, status(folder));
        assertPrinted("seed 8", "not finished");
    }

    private static LaunchException refused(Path path) {
        return assertThrows(LaunchException.class, () -> RunStatus.of(path));
    }
}
