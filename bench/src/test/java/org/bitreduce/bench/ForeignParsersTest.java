// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Programs that people have read our tables. Each test does with our output what the named program does with that of OSU's
 * micro-benchmarks or of nccl-tests: the same patterns, in the same order.
 */
class ForeignParsersTest {

    private static String write(String format, Collective collective, BenchRow... rows) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        PrintStream out = new PrintStream(bytes, false, StandardCharsets.UTF_8);
        RowFormat.Output output = RowFormat.of(format, collective)
                .output(out, Environment.now(4), BenchPlanTest.plan(collective, null, "", 4));
        for (BenchRow row : rows) {
            output.row(row);
        }
        output.end();
        out.flush();
        return bytes.toString(StandardCharsets.UTF_8);
    }

    private static BenchRow row(long bytes, boolean inPlace) {
        return RowFormatTest.row(bytes, 4, inPlace);
    }

    private static List<String> matches(String regex, String text, int group) {
        return Pattern.compile(regex, Pattern.MULTILINE)
                .matcher(text)
                .results()
                .map(result -> result.group(group))
                .toList();
    }

    /** ReFrame (hpctestlib, and most sites' tests): the title is looked for, and the second word of a size's line. */
    @ParameterizedTest
    @ValueSource(strings = {"osu", "osu-tail"})
    void reframeReadsOsuTables(String format) {
        String text = write(format, Collective.ALL_REDUCE, row(8, false), row(4194304, false));
        assertTrue(
                Pattern.compile("OSU MPI Allreduce Latency Test").matcher(text).find(), text);
        assertTrue(Pattern.compile("^8", Pattern.MULTILINE).matcher(text).find(), text);
        assertEquals(List.of("12.25"), matches("^8\\s+(\\S+)", text, 1));
        assertEquals(List.of("12.25"), matches("^4194304\\s+(\\S+)", text, 1));
        String messages = write(format, Collective.PING_PONG, row(8, true));
        assertTrue(messages.contains("OSU MPI Latency Test"), messages);
    }

    /** CloudAI: the first line that begins as the heading does, then two words of each line with a whole number. */
    @ParameterizedTest
    @ValueSource(strings = {"osu", "osu-tail"})
    void cloudAiReadsOsuTables(String format) {
        Pattern heading = Pattern.compile("#\\s*Size\\s+Avg Latency\\(us\\)"
                + "(?:\\s+Min Latency\\(us\\)\\s+Max Latency\\(us\\)\\s+Iterations)?");
        List<String> lines = write(format, Collective.ALL_REDUCE, row(1024, false), row(4096, false))
                .lines()
                .dropWhile(line -> !heading.matcher(line).lookingAt())
                .skip(1)
                .toList();
        assertEquals(2, lines.size());
        assertEquals("4096", lines.get(1).split("\\s+")[0]);
        assertEquals(12.25, Double.parseDouble(lines.get(1).split("\\s+")[1]));
    }

    /** Ramble: version and datatype; the heading decides by what pattern lines are read. */
    @Test
    void rambleReadsOsuTailTables() {
        String text = write("osu-tail", Collective.ALL_REDUCE, row(1024, false), row(4096, false));
        assertEquals(List.of("v7.4"), matches("# OSU.*Test (?<ver>v[0-9\\.]+)", text, 1));
        assertEquals(List.of("MPI_FLOAT"), matches("# Datatype: (?<type>\\S+)\\.", text, 1));
        String tail = "\\s+P50 Tail Lat\\(us\\)\\s+P90 Tail Lat\\(us\\)\\s+P99 Tail Lat\\(us\\)\\s*$";
        assertEquals(
                1, matches("^# Size\\s+Avg Latency\\(us\\)" + tail, text, 0).size(), text);
        String values = "(?<avg>[0-9\\.]+)\\s+(?<p50>[0-9\\.]+)\\s+(?<p90>[0-9\\.]+)\\s+(?<p99>[0-9\\.]+)\\s*$";
        Matcher line = Pattern.compile("^\\s*(?<size>[0-9]+)\\s+" + values, Pattern.MULTILINE)
                .matcher(text);
        assertTrue(line.find(), text);
        assertTrue(line.find(), text);
        assertEquals(
                List.of("4096", "12.25", "12.00", "1000.25", "1999.50"),
                Stream.of("size", "avg", "p50", "p90", "p99").map(line::group).toList());
        String messages = write("osu-tail", Collective.PING_PONG, row(1024, true));
        assertEquals(
                1, matches("^# Size\\s+Latency \\(us\\)" + tail, messages, 0).size(), messages);
        String barrier = write("osu-tail", Collective.BARRIER, row(0, true));
        assertEquals(1, matches("^# Avg Latency\\(us\\)" + tail, barrier, 0).size(), barrier);
        assertEquals(List.of("12.00"), matches("^\\s*" + values, barrier, 2));
    }

    /** SuperBench: what lies between the last "out-of-place" and "Out of bounds values"; columns counted from the end. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void superBenchReadsNcclTables(boolean inPlace) {
        List<String> lines = write(
                        "nccl",
                        Collective.ALL_REDUCE,
                        row(1024, false),
                        row(1024, true),
                        row(4096, false),
                        row(4096, true))
                .lines()
                .toList();
        int from = last(lines, "out-of-place");
        int to = last(lines, "Out of bounds values");
        List<String> heading = null;
        int read = 0;
        for (String line : lines.subList(from + 1, to)) {
            if (line.contains("time") && line.contains("busbw")) {
                heading = List.of(line.substring(1).strip().split(" +"));
            }
            String[] words = line.strip().split(" +");
            if (heading != null && words[0].matches("\\d+")) {
                int time = inPlace ? heading.lastIndexOf("time") : heading.indexOf("time");
                int fromEnd = heading.size() - time;
                assertEquals(12.25, Double.parseDouble(words[words.length - fromEnd]));
                assertEquals(heading.size(), words.length);
                assertEquals(0, heading.indexOf("size"));
                read++;
            }
        }
        assertEquals(2, read);
    }

    private static int last(List<String> lines, String text) {
        return lines.indexOf(lines.reversed().stream()
                .filter(line -> line.contains(text))
                .findFirst()
                .orElseThrow());
    }

    /** CloudAI: lines that begin with a digit and have 13 words. Ramble: 13 patterns with blanks before each. */
    @ParameterizedTest
    @EnumSource(
            value = Collective.class,
            names = {"ALL_REDUCE", "REDUCE", "REDUCE_SCATTER", "ALL_GATHER", "GATHER", "SCATTER"})
    void cloudAiAndRambleReadNcclTables(Collective collective) {
        String text = write("nccl", collective, row(1L << 30, false), row(1L << 30, true));
        List<String[]> rows = text.lines()
                .map(String::strip)
                .filter(line -> line.matches("^\\d.*"))
                .map(line -> line.split("\\s+"))
                .filter(words -> words.length == 13)
                .toList();
        assertEquals(1, rows.size(), text);
        for (int column : new int[] {0, 5, 6, 7, 9, 10, 11}) {
            assertTrue(Double.parseDouble(rows.get(0)[column]) > 0, Arrays.toString(rows.get(0)));
        }
        String number = "\\s+([0-9]+\\.?[0-9]+)";
        String half = number.repeat(3) + "\\s+(\\S+)";
        String line = "\\s+([0-9]+)\\s+([0-9]+)\\s+(\\S+)\\s+(\\S+)\\s+(\\S+)" + half + half;
        assertEquals(List.of("1073741824"), matches(line, text, 1));
        assertEquals(List.of(collective.hasEqualParts() ? "none" : "sum"), matches(line, text, 4));
        assertEquals(
                1,
                matches("\\s*Avg bus bandwidth\\s+:\\s+(?<bw>[0-9]+\\.?[0-9]+)", text, 1)
                        .size(),
                text);
        assertEquals(List.of("0"), matches("\\s*Out of bounds values\\s*:\\s+(?<count>[0-9]+)", text, 1));
    }

    @Test
    void ncclTablesSayWhatWasNotMeasured() {
        String text = write("nccl", Collective.BROADCAST, row(1024, true));
        assertEquals(List.of("1"), matches("^ +1024 +256 +float +none +(\\d) +N/A +N/A +N/A +N/A +12.25", text, 1));
        assertFalse(text.contains("null"), text);
    }

    @Test
    void eachWidthHasItsOwnTable() {
        BenchRow[] rows = {
            RowFormatTest.row(1024, 4, false), RowFormatTest.row(1024, 32, false),
            RowFormatTest.row(4096, 4, false), RowFormatTest.row(4096, 32, false)
        };
        assertEquals(
                List.of("1024", "4096", "1024", "4096"),
                matches("^(\\d+)\\s+\\S+", write("osu", Collective.ALL_REDUCE, rows), 1));
        assertEquals(
                List.of("1024", "4096", "1024", "4096"),
                matches("^\\s+(\\d+)\\s+\\d+\\s+float", write("nccl", Collective.ALL_REDUCE, rows), 1));
    }
}
