// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.bitreduce.dqsgd.MethodKind;
import org.bitreduce.launch.ExitCode;
import org.bitreduce.launch.LaunchException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** What is refused before ranks are started. */
class TrainCommandTest {

    @TempDir
    private Path folder;

    private static RuntimeException refused(Callable<Integer> command, String... words) {
        new CommandLine(command).parseArgs(words);
        return assertThrows(RuntimeException.class, command::call);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--mode=plain | mode PLAIN carries plain elements only",
                "--mode=exact --method=ef-signsgd | mode EXACT needs scales",
                "--method=signsgd --error-feedback | use ef-signsgd",
                "--np=65 | --np must be from 1 to 64: np=65",
                "--resume=auto | give --out=DIR too",
                "--keep=1 | --keep must be from 2 to 16: keep=1",
                "--time-limit=soon | time-limit=soon",
                "--time-limit=0:60:00 | time-limit=0:60:00",
                "--time-limit=-1 | time-limit=-1",
                "--resume=a --out=b | leave --out away; resume=a, out=b"
            })
    void wrongOptionsOfTrain(String words, String message) {
        RuntimeException e = refused(new TrainCommand(), words.split(" "));
        assertTrue(e instanceof IllegalArgumentException && e.getMessage().contains(message), e::toString);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--method=fp32 | use --methods=fp32",
                "--checkpoint-every=10 | checkpoint-every=10",
                "--checkpoint-every=0 | checkpoint-every=0",
                "--methods=fp32,dqsgd:4 --mode=plain | mode PLAIN carries plain elements only",
                "--methods=fp32,fp32 | a method stands twice",
                "--np=65 | np=65"
            })
    void wrongOptionsOfCompare(String words, String message) {
        RuntimeException e = refused(new CompareCommand(), words.split(" "));
        assertTrue(e instanceof IllegalArgumentException && e.getMessage().contains(message), e::toString);
    }

    @ParameterizedTest
    @CsvSource({"four", "''", "'4\n--tsk=synthetic'", "'4\n--task=synthetc'", "'4\n--epochs=0'"})
    void damagedArgumentsAreNamed(String text) throws Exception {
        Path file = Files.writeString(folder.resolve("arguments.txt"), text);
        LaunchException e = (LaunchException) refused(new TrainCommand(), "--resume=" + folder);
        assertEquals(ExitCode.DATA, e.exitCode());
        assertTrue(e.getMessage().startsWith(file + " is damaged: "), e::getMessage);
    }

    @Test
    void resumingWithOtherSettingsIsRefused() throws Exception {
        RunFolder run = new RunFolder(folder);
        TrainOptions options = TrainOptions.parse(List.of("--task=synthetic", "--lr=4"));
        run.begin(new RunFolder.Start(3, options.toArguments()));
        assertEquals(options.settings().identity(3, 0), run.load().identity());
        LaunchException e = (LaunchException) refused(new TrainCommand(), "--resume=" + folder, "--lr=3");
        assertEquals("the checkpoint is of another run: it has lr=4.0, this run has lr=3.0", e.getMessage());
        LaunchException ranks = (LaunchException) refused(new TrainCommand(), "--resume=" + folder, "--np=2");
        assertTrue(ranks.getMessage().endsWith("it has np=3, this run has np=2"), ranks::getMessage);
        Files.createDirectory(folder.resolve("checkpoints"));
        assertTrue(refused(new TrainCommand(), "--task=synthetic", "--out=" + folder)
                .getMessage()
                .contains("go on with it by --resume"));
    }

    @Test
    void helpShowsEveryMethod() {
        List<CommandLine> commands = new TrainCommands()
                .commands().stream()
                        .filter(CommandLine.class::isInstance)
                        .map(CommandLine.class::cast)
                        .toList();
        assertTrue(commands.size() >= 2, "train and compare, at least");
        for (CommandLine command : commands) {
            String help = command.getUsageMessage();
            for (MethodKind kind : MethodKind.values()) {
                assertTrue(help.contains("  " + kind.usage() + " "), help);
            }
        }
    }
}
