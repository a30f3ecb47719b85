// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

class RowFormatTest {

    private static final List<String> PROMISED = List.of(
            "collective",
            "bytes",
            "count",
            "bits",
            "mode",
            "algorithm",
            "np",
            "via",
            "iterations",
            "min_us",
            "p50_us",
            "p99_us",
            "algbw_GBps",
            "busbw_GBps",
            "wire_bytes_per_rank",
            "link_GBps",
            "rel_l2_error",
            "max_error",
            "wrong");

    static BenchRow row(long bytes, int bits, boolean inPlace) {
        return new BenchRow(
                "all-reduce",
                "bitreduce",
                "blocking",
                inPlace,
                bytes,
                bytes / 4,
                bits,
                bits == 32 ? "plain" : "twoshot",
                "direct",
                bits == 32 ? 0 : 512,
                0,
                false,
                1,
                4,
                "local:threads",
                "shared-memory",
                20,
                10.5,
                12.25,
                12,
                11.5,
                13,
                1000.25,
                1999.5,
                2000000,
                1.5,
                2.25,
                123_456,
                0.75,
                0.125,
                0.5,
                0,
                null);
    }

    static String write(String format, BenchRow... rows) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        PrintStream out = new PrintStream(bytes, false, StandardCharsets.UTF_8);
        RowFormat.Output output = RowFormat.of(format, Collective.ALL_REDUCE)
                .output(out, Environment.now(4), BenchPlanTest.plan(Collective.ALL_REDUCE, null, "", 2, 32));
        for (BenchRow row : rows) {
            output.row(row);
        }
        output.end();
        out.flush();
        return bytes.toString(StandardCharsets.UTF_8);
    }

    @Test
    void jsonHasThePromisedFieldsAndOneObjectPerLine() {
        String text = write("json", row(1024, 4, false), row(1024, 32, true));
        JsonNode document = new ObjectMapper().readTree(text);
        assertEquals(2, document.get("results").size());
        JsonNode first = document.get("results").get(0);
        for (String field : PROMISED) {
            assertTrue(first.has(field), field);
        }
        assertEquals(12, first.get("p50_us").asDouble());
        assertEquals(123_456, first.get("wire_bytes_per_rank").asLong());
        assertEquals(2, text.lines().filter(line -> line.contains("\"p50_us\"")).count());
        // An allow-list, so that nothing of the user's environment gets out.
        Set<String> environment = Set.copyOf(document.get("environment").propertyNames());
        assertEquals(Set.of("cpu", "cores", "load_average", "np", "jdk", "flags", "os", "commit", "date"), environment);
        assertFalse(text.contains(System.getProperty("user.home") + "/"), text);
    }

    @Test
    void jsonOfNoRowsIsStillADocument() {
        assertEquals(
                0, new ObjectMapper().readTree(write("json")).get("results").size());
    }

    @Test
    void csvHasAHeaderAndAsManyValues() {
        List<String> lines =
                write("csv", row(1024, 4, false), row(4096, 4, false)).lines().toList();
        assertEquals(3, lines.size());
        List<String> header = List.of(lines.get(0).split(","));
        assertTrue(header.containsAll(PROMISED), lines.get(0));
        String[] values = lines.get(2).split(",");
        assertEquals(header.size(), values.length);
        assertEquals("4096", values[header.indexOf("bytes")]);
        assertEquals("0.125", values[header.indexOf("rel_l2_error")]);
    }

    @Test
    void textIsAligned() {
        String text = write("text", row(1024, 4, false), row(1024, 32, true), row(1 << 24, 2, false));
        List<String> table = text.lines()
                .filter(line -> !line.startsWith("#") && !line.isEmpty())
                .toList();
        assertEquals(4, table.size());
        Set<Integer> lengths = table.stream().map(String::length).collect(Collectors.toSet());
        assertEquals(1, lengths.size(), text);
        assertTrue(table.get(3).contains("16 MiB") && table.get(3).contains("12.0 us"), text);
        assertTrue(text.contains("wrong elements: 0"), text);
    }

    @Test
    void unknownFormatsNameTheNearest() {
        var e = assertThrows(IllegalArgumentException.class, () -> RowFormat.of("jsno", Collective.ALL_REDUCE));
        assertTrue(e.getMessage().contains("did you mean json?"), e::getMessage);
    }
}
