// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.bitreduce.launch.ExitCode;
import org.bitreduce.launch.cli.Main;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/**
 * What people get wrong on the command line, for every command there is: one message that names the option, the value and,
 * where there are names, the nearest valid one; exit code 64; nothing on standard output, no stack trace, no rank started.
 */
@Timeout(60)
class BadInputTest {

    private static final Set<Class<?>> NUMBERS =
            Set.of(int.class, Integer.class, long.class, Long.class, double.class, Double.class);

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private final CommandLine line =
            Main.commandLine().setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));

    private int execute(List<String> arguments) {
        return line.execute(arguments.toArray(String[]::new));
    }

    private void assertUsageError(List<String> arguments, String... expected) {
        assertEquals(ExitCode.USAGE, execute(arguments), () -> arguments + ": " + err);
        for (String word : expected) {
            assertTrue(err.toString().contains(word), () -> "%s lacks '%s': %s".formatted(arguments, word, err));
        }
        assertEquals("", out.toString());
        assertFalse(err.toString().contains("\tat "), err::toString);
    }

    /** Adds the words that lead to each command, and the command itself. */
    private static void collect(CommandLine command, List<String> words, List<Arguments> all) {
        if (!words.isEmpty()) {
            all.add(Arguments.of(String.join(" ", words), command));
        }
        command.getSubcommands().forEach((name, sub) -> {
            List<String> longer = new ArrayList<>(words);
            longer.add(name);
            collect(sub, longer, all);
        });
    }

    static Stream<Arguments> commands() {
        List<Arguments> all = new ArrayList<>();
        collect(Main.commandLine(), List.of(), all);
        return all.stream();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("commands")
    void unknownOptionsAreNamedWithTheNearest(String words, CommandLine command) {
        List<String> arguments = new ArrayList<>(List.of(words.split(" ")));
        arguments.add("--hlep");
        assertUsageError(arguments, "unknown option: --hlep", "Did you mean --help?", "Try bitreduce " + words);
    }

    /** Every option of every command that takes a number, with a word instead. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("commands")
    void wordsInPlaceOfNumbersAreNamed(String words, CommandLine command) {
        for (OptionSpec option : command.getCommandSpec().options()) {
            Class<?> type = option.auxiliaryTypes().length > 0 ? option.auxiliaryTypes()[0] : option.type();
            if (NUMBERS.contains(type)) {
                err.getBuffer().setLength(0);
                List<String> arguments = new ArrayList<>(List.of(words.split(" ")));
                arguments.addAll(List.of(option.longestName(), "many"));
                assertUsageError(arguments, option.longestName(), "'many'");
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "bnech | Did you mean bench?",
                "bench all-redcue | Did you mean all-reduce?",
                "bench versus all-redcue | did you mean all-reduce?",
                "bench versus --peers opne-mpi | did you mean open-mpi?",
                "bench versus --peers open-mpi:rnig | did you mean ring?",
                "bench versus --peers mpj:niodve | did you mean mpjrun:niodev?",
                "bench versus --peers mpich:ring | peer=mpich:ring",
                "bench versus --format nccl | format=nccl",
                "bench versus --memory alocated | did you mean allocated?",
                "bench versus --mode twoshto | did you mean twoshot?",
                "bench versus --bits 17 | bits=17",
                "bench versus --np 1 | np=1",
                "bench versus --np 65 | np=65",
                "bench versus --hosts 4 --np 3 | hosts=4, np=3",
                "bench versus --hosts 2 --link 1gbti | 1gbti",
                "bench versus --repetitions 0 | repetitions=0",
                "bench versus broadcast --bars | collective=broadcast",
                "bench versus -b 4M -e 1M | first=4194304, last=1048576",
                "bench compare one.json | Missing required parameter",
                "bench fusion --bits 99 | 99",
                "bench fusion --tensors 0 | tensors=0",
                "bench kernels --format cvs | cvs",
                "bench kernels --vector 100 | 100",
                "bench hosts up --hosts 0 | hosts=0",
                "bench all-reduce --np 99999999999 | 99999999999",
                "bench all-reduce --seed | --seed",
                "bench all-reduce surplus | surplus",
                "bench reduce --algorithm inline -b 1K -e 1K | reduce has the algorithms direct, grid here: algorithm=inline",
                "bench all-reduce --algorithm halving | reduce of plain floats with --order free",
                "bench all-reduce --algorithm halving --order free --bits 4 | has the algorithms direct, grid, inline, eager here",
                "bench all-reduce --algorithm inline -b 32K -e 32K | at most 16384 bytes per rank",
                "bench all-reduce --algorithm eager -b 1M -e 1M | at most 65536 bytes among 2 to 64 ranks, here 4",
                "bench all-reduce --algorithm inlien | did you mean inline?",
                "bench barrier --algorithm grid | barrier has no schedules to choose from: algorithm=grid",
                "bench all-gather --root 1 | only reduce, gather, scatter and broadcast have a root",
                "bench all-reduce --time-out -3 | time-out",
                "bench all-reduce --transport tpc | did you mean tcp?",
                "bench all-reduce --via mpirnu | via=mpirnu",
                "simulate --np 0 | np",
                "simulate --link fast | fast",
                "simulate --collective all-redcue | did you mean all-reduce?",
                "simulate --format xml | format=xml",
                "simulate --collective scatter --link 1gbit --codec 10 | collective=scatter",
                "train --method dqsdg:4 | did you mean dqsgd",
                "train --task agnews | did you mean ag-news?",
                "train --mode twoshto | did you mean twoshot?",
                "train --np 0 | np=0",
                "train --batch 0 | batch",
                "train --lr -1 | lr",
                "train --via lokal | via=lokal",
                "train --bucket 100 | bucket",
                "train --overlap maybe | overlap",
                "compare --seeds 0 | seeds",
                "compare --methods fp23 | did you mean fp32?",
                "compare --task agnews | did you mean ag-news?"
            })
    void wrongValuesAreNamed(String arguments, String expected) {
        assertUsageError(List.of(arguments.split(" ")), expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "bench all-reduce --np 1 --via local:threads -b 4 -e 4 --bits 32 --iterations 1 --warmup 0 --out",
                "bench all-reduce --np 1 --via local:threads -b 4 -e 4 --bits 32 --iterations 1 --warmup 0 --histogram",
                "bench all-reduce --np 1 --via local:threads -b 4 -e 4 --bits 32 --iterations 1 --warmup 0 --chart",
                "bench versus --np 2 --peers= -b 4 -e 4 --out",
                "bench versus --np 2 --peers= -b 4 -e 4 --chart",
                "bench kernels --jvms 1 --bytes 2048 --out",
                "tune --np 2 -b 4 -e 4 --bits 32 --rounds 1 --out",
                "simulate --np 2 --link 1gbit --codec 10 --bytes 4K --out"
            })
    void filesThatCannotBeWrittenAreNamedBeforeAnythingIsMeasured(String arguments, @TempDir Path folder)
            throws IOException {
        Path file = Files.createFile(folder.resolve("file"));
        List<String> words = new ArrayList<>(List.of(arguments.split(" ")));
        words.add(file.resolve("results.hlog").toString());
        PrintStream screen = System.out;
        var measured = new ByteArrayOutputStream();
        System.setOut(new PrintStream(measured, true, StandardCharsets.UTF_8));
        try {
            assertEquals(ExitCode.INPUT_OUTPUT, execute(words), err::toString);
        } finally {
            System.setOut(screen);
        }
        assertTrue(err.toString().contains("cannot write " + file), err::toString);
        assertFalse(err.toString().contains("\tat "), err::toString);
        assertEquals("", out.toString() + measured.toString(StandardCharsets.UTF_8));
    }

    @Test
    void whatIsThereIsNotTouchedByTheQuestionWhetherItCanBeWritten(@TempDir Path folder) throws IOException {
        Path there = Files.writeString(folder.resolve("there"), "content");
        Path absent = folder.resolve("new/absent");
        OutputFile.requireWritable(there, null, absent, Path.of("/dev/null"));
        assertEquals("content", Files.readString(there));
        assertFalse(Files.exists(absent));
        IOException e = assertThrows(IOException.class, () -> OutputFile.requireWritable(folder));
        assertTrue(e.getMessage().contains("it is a folder"), e::getMessage);
    }

    /** A disk that is full is an error of its own, not a result cut short. */
    @ParameterizedTest
    @ValueSource(strings = {"text", "csv", "json"})
    void fullDisksAreNamed(String format) {
        assumeTrue(Files.exists(Path.of("/dev/full")), "this system has no /dev/full");
        List<String> words = List.of(("bench all-reduce --np 1 --via local:threads -b 4 -e 4 --bits 32 --iterations 1"
                        + " --warmup 0 --out /dev/full --format " + format)
                .split(" "));
        assertEquals(ExitCode.INPUT_OUTPUT, execute(words), err::toString);
        assertTrue(
                err.toString().contains("cannot write /dev/full: ")
                        && err.toString().contains("No space"),
                err::toString);
    }
}
