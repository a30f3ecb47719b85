// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.train.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The same texts in every format are the same task. */
@Timeout(60)
class TextTaskTest {

    private static final String[][] TRAIN = {
        {"spam", "buy now, \u201ebuy\u201c it now"},
        {"ham", "see you now"},
        {"spam", "buy it; you see"},
        {"eggs", "it \u00fcber \u00fcber"}
    };
    private static final String[][] TEST = {{"ham", "you see \u00fcber"}, {"eggs", "it"}};

    @TempDir
    private Path folder;

    private static String lines(String format, String[]... rows) {
        StringBuilder text = new StringBuilder();
        for (String[] row : rows) {
            text.append(
                    switch (format) {
                        case "csv" -> "\"%s\",\"%s\"%n".formatted(row[0], row[1].replace("\"", "\"\""));
                        case "tsv" -> "%s\t%s%n".formatted(row[0], row[1]);
                        default -> "{\"id\": 7, \"text\": \"%s\", \"label\": \"%s\"}%n".formatted(row[1], row[0]);
                    });
        }
        return text.toString();
    }

    private void write(String name, String text) throws IOException {
        try (OutputStream raw = Files.newOutputStream(folder.resolve(name));
                OutputStream out = name.endsWith(".gz") ? new GZIPOutputStream(raw) : raw) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        }
    }

    private TextData load() throws IOException {
        return new TextTask().load(folder);
    }

    @ParameterizedTest
    @CsvSource({"csv, ''", "csv, .gz", "tsv, ''", "tsv, .gz", "jsonl, ''", "jsonl, .gz"})
    void readsEveryFormatPackedOrNot(String format, String packed) throws IOException {
        write("train-1.%s%s".formatted(format, packed), lines(format, TRAIN[0], TRAIN[1]));
        write("train-2.%s%s".formatted(format, packed), lines(format, TRAIN[2], TRAIN[3]) + "\n");
        write("test.%s%s".formatted(format, packed), lines(format, TEST));
        TextData data = load();
        assertEquals(List.of("eggs", "ham", "spam"), data.classes());
        assertArrayEquals(new int[] {2, 1, 2, 0}, data.train().labels());
        assertArrayEquals(new int[] {1, 0}, data.test().labels());
        assertEquals(expected().fingerprint(), data.fingerprint());
    }

    /** What the tokenizer makes of the texts as they stand above. */
    private static TextData expected() {
        List<String> classes = List.of("eggs", "ham", "spam");
        return TextData.of("text", "", classes, texts(classes, TRAIN), texts(classes, TEST), 20_000);
    }

    private static List<LabelledText> texts(List<String> classes, String[]... rows) {
        return Arrays.stream(rows)
                .map(row -> new LabelledText(row[1], classes.indexOf(row[0])))
                .toList();
    }

    /** Editors of Windows put a mark in front of UTF-8, which is no part of the first label, header or object. */
    @ParameterizedTest
    @CsvSource({"csv, ''", "csv, .gz", "tsv, ''", "jsonl, ''", "jsonl, .gz"})
    void byteOrderMarksAreDropped(String format, String packed) throws IOException {
        write("train.%s%s".formatted(format, packed), "\uFEFF" + lines(format, TRAIN));
        write("test.%s".formatted(format), "\uFEFF" + lines(format, TEST));
        assertEquals(expected().fingerprint(), load().fingerprint());
    }

    @Test
    void aMarkInFrontOfAHeaderHidesItNotAndAMarkAloneIsNoText() throws IOException {
        write("train.tsv", "\uFEFFlabel\ttext\nham\tone\neggs\ttwo\n");
        write("test.csv", "\uFEFF");
        IOException e = assertThrows(IOException.class, this::load);
        assertTrue(e.getMessage().contains("no text in the test files"), e::getMessage);
        write("test.csv", "\uFEFFham,one");
        assertEquals(List.of("eggs", "ham"), load().classes());
    }

    @Test
    void headersNumbersAndFurtherColumns() throws IOException {
        write("train.tsv", "label\ttitle\ttext\n10\tone\ttwo\n9\tone\ttwo\n");
        write("test.jsonl", "{\"label\": 9, \"text\": \"two\"}\n");
        TextData data = load();
        assertEquals(List.of("10", "9"), data.classes());
        assertArrayEquals(new int[] {1}, data.test().labels());
        assertEquals(4, data.train().words().length);
        // Packed and unpacked side by side is one file.
        write("train.tsv.gz", "9\tother\n");
        assertEquals(2, load().trainSize());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "train.tsv | a\\tb\\nc d\\n | train.tsv, line 2: expected a label and a text, found one column: 'c d'",
                "train.tsv | \\n\\na\\tb\\n \\nc d\\n | train.tsv, line 5: expected a label and a text",
                "train.csv | \\n\\na,b\\n\\n\\nc\\n | train.csv, line 6: expected a label and a text",
                "train.csv | a,\"b\\n\\nb\"\\n\\nc\\n | train.csv, line 5: expected a label and a text",
                "train.csv | a,b\\nc\\n | train.csv, line 2: expected a label and a text",
                "train.csv | a,\"b\\n | the quote opened in line 1 is never closed",
                "train.jsonl | {\"label\":1,\"text\":\"a\"}\\n\\n{\"label\":1 | train.jsonl, line 3: ",
                "train.jsonl | {\"label\":1.5,\"text\":\"a\"} | line 1: expected an object with a label (a word or a whole number) and a text, found label=1.5",
                "train.jsonl | {\"label\":1} | line 1: expected an object",
                "train.jsonl | 17 | line 1: expected an object",
                "train.tsv | a\\tb\\na\\tc\\n | have 1 different labels, expected 2 to 10000",
                "train.tsv | a\\tb\\nc\\td\\n | test.tsv, line 1: label 'x' does not occur in the train files",
                "train.tsv | '' | no text in the train files"
            })
    void whatIsNoLabelledTextIsNamedWithItsLine(String name, String text, String expected) throws IOException {
        write(name, text.replace("\\n", "\n").replace("\\t", "\t"));
        write("test.tsv", "x\ty\n");
        IOException e = assertThrows(IOException.class, this::load);
        assertTrue(e.getMessage().contains(expected), e::getMessage);
    }

    @Test
    void whatIsMissingOrCutOffIsNamed() throws IOException {
        IOException none = assertThrows(IOException.class, () -> new TextTask().requireData(null));
        assertTrue(none.getMessage().contains("task text needs --data DIR, a folder"), none::getMessage);
        write("train.tsv.gz", lines("tsv", TRAIN));
        IOException test = assertThrows(IOException.class, () -> new TextTask().requireData(folder));
        assertTrue(
                test.getMessage().contains("holds no test*.csv, test*.tsv, test*.jsonl (or with .gz)"),
                test::getMessage);
        write("test.tsv", lines("tsv", TEST));
        byte[] packed = Files.readAllBytes(folder.resolve("train.tsv.gz"));
        Files.write(folder.resolve("train.tsv.gz"), Arrays.copyOf(packed, packed.length - 12));
        IOException cut = assertThrows(IOException.class, this::load);
        assertTrue(cut.getMessage().contains("train.tsv.gz is cut off or damaged near line"), cut::getMessage);
    }
}
