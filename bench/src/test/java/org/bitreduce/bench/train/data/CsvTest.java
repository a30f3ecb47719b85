// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.train.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CsvTest {

    @TempDir
    private Path folder;

    private List<List<String>> read(Path file) throws IOException {
        List<List<String>> records = new ArrayList<>();
        try (Csv csv = Csv.open(file)) {
            for (List<String> fields = csv.next(); fields != null; fields = csv.next()) {
                records.add(fields);
            }
        }
        return records;
    }

    private List<List<String>> parse(String text) throws IOException {
        return read(Files.writeString(folder.resolve("x.csv"), text));
    }

    @Test
    void readsQuotesCommasAndLineEnds() throws IOException {
        assertEquals(
                List.of(
                        List.of("1", "a \"b\" c", "d, e"),
                        List.of("2", "two\nlines", ""),
                        List.of("3", "", "bare field"),
                        List.of("4", "last", "without line end")),
                parse(
                        "\"1\",\"a \"\"b\"\" c\",\"d, e\"\n\"2\",\"two\nlines\",\"\"\r\n\n3,,bare field\n\"4\",last,\"without line end\""));
        assertEquals(List.of(), parse(""));
        assertEquals(List.of(List.of("", "")), parse(","));
    }

    @Test
    void readsPackedFiles() throws IOException {
        Path file = folder.resolve("x.csv.gz");
        Files.write(file, pack("\"1\",\"ä\",\"b\"\n"));
        assertEquals(List.of(List.of("1", "ä", "b")), read(file));
    }

    @Test
    void damageIsNamed() throws IOException {
        IOException open = assertThrows(IOException.class, () -> parse("1,2,3\n1,\"open"));
        assertTrue(open.getMessage().endsWith("the quote opened in line 2 is never closed"), open.getMessage());
        IOException stray = assertThrows(IOException.class, () -> parse("\"a\"b,c\n"));
        assertTrue(stray.getMessage().contains("line 1: a closing quote is followed by 'b'"), stray.getMessage());
        Path file = folder.resolve("y.csv.gz");
        byte[] packed = pack("\"1\",\"some text\",\"more text\"\n".repeat(50));
        Files.write(file, Arrays.copyOf(packed, packed.length / 2));
        IOException cut = assertThrows(IOException.class, () -> read(file));
        assertTrue(cut.getMessage().contains("is cut off or damaged near line"), cut.getMessage());
        Files.writeString(file, "not packed at all, whatever its name says");
        IOException plain = assertThrows(IOException.class, () -> read(file));
        assertTrue(plain.getMessage().contains("is it a gzip file?"), plain.getMessage());
    }

    private byte[] pack(String text) throws IOException {
        Path file = folder.resolve("packed");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        }
        return Files.readAllBytes(file);
    }
}
