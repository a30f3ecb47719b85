// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.versus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.bitreduce.Mode;
import org.bitreduce.algorithm.Operation;
import org.bitreduce.bench.CommandRun;
import org.bitreduce.bench.Environment;
import org.bitreduce.bench.VersusRank;
import org.bitreduce.bench.compare.CompareFilesCommand;
import org.bitreduce.launch.ExitCode;
import org.bitreduce.launch.LaunchException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class CompareVersusTest {

    @TempDir
    private Path folder;

    private static CommandRun compare(String... arguments) throws Exception {
        return CommandRun.of(new CompareFilesCommand(), arguments);
    }

    /** Blocks of one side, as a run of versus measures them. */
    private static Standing side(String label, int bits, boolean ours, double scale) {
        List<Double> micros = Stream.of(3, 9, 5, 1, 10, 4, 8, 2, 7, 6)
                .map(i -> scale * (100 + i))
                .toList();
        return new Standing(new Side(label, null, "", bits, ours), micros, 20, 0, 1000, 0, 0);
    }

    private Path versus(String name, String link, Standing... sides) throws Exception {
        return versus(name, link, null, sides);
    }

    private Path versus(String name, String link, Mode mode, Standing... sides) throws Exception {
        Path file = folder.resolve(name);
        try (PrintStream out = new PrintStream(Files.newOutputStream(file), false, StandardCharsets.UTF_8)) {
            Map<String, String> libraries = Map.of("open-mpi", name);
            VersusOutput output = VersusOutput.of("json").apply(out);
            output.begin(new Run(
                    Environment.now(2),
                    2,
                    "local:threads",
                    link.isEmpty() ? 0 : 2,
                    link,
                    0,
                    false,
                    new VersusRank.Settings(mode, 512, 1),
                    libraries,
                    Map.of()));
            output.size(VersusRow.of(Operation.ALL_REDUCE, mode, 1 << 16, List.of(sides)));
            output.end(List.of(), List.of(), 0.5);
        }
        return file;
    }

    /** Rows of another arithmetic measure another thing; plain floats and other libraries have none to choose. */
    @Test
    void rowsOfDifferentModesAreNoPairs() throws Exception {
        Standing[] sides = {
            side("bitreduce:float", 32, true, 1), side("bitreduce:4", 4, true, 1), side("open-mpi", 32, false, 2)
        };
        Path usual = versus("usual.json", "", sides);
        Path exact = versus("exact.json", "", Mode.EXACT, sides);
        CommandRun printed = compare(usual.toString(), exact.toString());
        assertEquals(ExitCode.OK, printed.exitCode(), printed.text());
        for (String line : List.of(
                "bitreduce:float all-reduce plain out ",
                "open-mpi all-reduce out ",
                "# only in the first: bitreduce:4 all-reduce twoshot out, 64 KiB\n",
                "# only in the second: bitreduce:4 all-reduce exact out, 64 KiB\n",
                "# 1 rows: 0 faster, 0 slower, 1 same",
                "# 1 rows of the control: 0 faster, 0 slower, 1 same")) {
            assertTrue(printed.text().contains(line), () -> line + printed.text());
        }
        assertTrue(!printed.text().contains("differs: mode"), printed.text());
        // The usual mode by its name is the usual mode.
        Path twoshot = versus("twoshot.json", "", Mode.TWOSHOT, sides);
        assertTrue(!compare(usual.toString(), twoshot.toString()).text().contains("only in"));
        Path four = versus("four.json", "", Mode.EXACT, sides[1]);
        assertEquals(
                ExitCode.DATA,
                compare("--fail-if-slower=5", versus("2.json", "", sides[1]).toString(), four.toString())
                        .exitCode());
    }

    /** What bench versus writes is read back, ours against ours; others are a control, and fail nothing. */
    @Test
    void runsOfVersusAreComparedSideBySide() throws Exception {
        Path first = versus(
                "a.json",
                "",
                side("bitreduce:float", 32, true, 1),
                side("bitreduce:4", 4, true, 1),
                side("open-mpi", 32, false, 2));
        Path second = versus(
                "b.json",
                "",
                side("bitreduce:float", 32, true, 1.5),
                side("mpich", 32, false, 1),
                side("open-mpi", 32, false, 8));
        CommandRun printed = compare("--fail-if-slower=60", first.toString(), second.toString());
        assertEquals(ExitCode.OK, printed.exitCode(), printed.text());
        String text = printed.text();
        assertTrue(
                text.matches("(?s).*bitreduce:float all-reduce plain out +64 KiB +105.5 us +158.3 us +1.500 .* slower\n"
                        + "# control[^\n]*\nopen-mpi all-reduce out +64 KiB +211.0 us +844.0 us +4.000 .* slower\n.*"),
                text);
        for (String line : List.of(
                "# differs: open-mpi: a.json, b.json\n",
                "# only in the first: bitreduce:4 all-reduce twoshot out, 64 KiB\n",
                "# only in the second: mpich all-reduce out, 64 KiB\n",
                "# 1 rows: 0 faster, 1 slower, 0 same; geometric mean of the ratios 1.500\n",
                "# 1 rows of the control: 0 faster, 1 slower, 0 same; geometric mean of the ratios 4.000\n")) {
            assertTrue(text.contains(line), () -> line + text);
        }
        assertEquals(
                ExitCode.SLOWER,
                compare("--fail-if-slower=40", first.toString(), second.toString())
                        .exitCode());
        // The second and the ninth of ten blocks.
        assertTrue(Files.readString(first).contains("\"p50_us\":105.5,\"p50_low_us\":102.0,\"p50_high_us\":109.0"));
        Path hosts = versus("c.json", "1gbit", side("bitreduce:float", 32, true, 1));
        CommandRun apart = compare(first.toString(), hosts.toString());
        assertEquals(ExitCode.DATA, apart.exitCode());
        assertTrue(apart.text().contains("bitreduce:float all-reduce plain out, 2 hosts, 1gbit, 64 KiB"), apart.text());
        Path collective = Files.writeString(folder.resolve("d.json"), "{\"environment\": {}, \"results\": []}");
        var e = assertThrows(LaunchException.class, () -> compare(first.toString(), collective.toString()));
        assertTrue(e.getMessage().startsWith("one is of bench versus, the other is not"), e::getMessage);
        Path old = Files.writeString(
                folder.resolve("old.json"), Files.readString(first).replace("\"p50_low_us\"", "\"else\""));
        e = assertThrows(LaunchException.class, () -> compare(old.toString(), old.toString()));
        assertTrue(e.getMessage().contains("row 1 has no p50_low_us"), e::getMessage);
    }
}
