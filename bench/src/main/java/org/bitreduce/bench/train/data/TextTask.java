// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.train.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.TreeSet;

/**
 * Texts of the user's own, each with a label: {@code train*} and {@code test*} in a folder, as comma-separated values
 * ({@code .csv}), fields between tabs ({@code .tsv}) or a JSON object per line ({@code .jsonl}), packed by gzip or not. The
 * first column is the label, the others are the text; a JSON object has {@code label} and {@code text}. A first line whose
 * label is the word {@code label} or {@code class} is a header. The classes are the labels of the training texts, sorted.
 */
public final class TextTask implements Task {

    private static final String FOLDER =
            "a folder of train and test files of labelled texts: .csv or .tsv (label, text), .jsonl (label, text), or those with .gz";
    private static final List<String> HEADERS = List.of("label", "class");
    private static final int WORD_CAP = 20_000;
    private static final int MOST_CLASSES = 10_000;

    /** A text before its label has a number. */
    private record Row(Path file, int line, String label, String text) {}

    @Override
    public String name() {
        return "text";
    }

    @Override
    public String description() {
        return "texts of your own (--data: folder of train and test files, .csv, .tsv or .jsonl: label, text)";
    }

    @Override
    public void requireData(Path data) throws IOException {
        if (data == null || !Files.isDirectory(data)) {
            throw new NoSuchFileException("task text needs --data DIR, %s: --data=%s".formatted(FOLDER, data));
        }
        files(data, "train");
        files(data, "test");
    }

    @Override
    public TextData load(Path data) throws IOException {
        requireData(data);
        List<Row> train = read(data, "train");
        List<Row> test = read(data, "test");
        List<String> classes =
                List.copyOf(new TreeSet<>(train.stream().map(Row::label).toList()));
        if (classes.size() < 2 || classes.size() > MOST_CLASSES) {
            throw new IOException(
                    "the train files of %s have %d different labels, expected 2 to %d: is the first column the label?"
                            .formatted(data, classes.size(), MOST_CLASSES));
        }
        String origin = "%s: %,d training and %,d test texts".formatted(data, train.size(), test.size());
        return TextData.of(name(), origin, classes, numbered(train, classes), numbered(test, classes), WORD_CAP);
    }

    @Override
    public Defaults defaults() {
        return new Defaults(32, 2, 32, 2.0);
    }

    private static List<Path> files(Path folder, String prefix) throws IOException {
        return TextFormat.find(folder, prefix, FOLDER, Arrays.asList(TextFormat.values()));
    }

    private static List<Row> read(Path folder, String prefix) throws IOException {
        List<Row> rows = new ArrayList<>();
        for (Path file : files(folder, prefix)) {
            try (TextRecords records = TextFormat.openAny(file)) {
                boolean first = !TextFormat.JSONL.fits(file); // its fields have names
                for (List<String> fields = records.next(); fields != null; fields = records.next()) {
                    int line = records.line();
                    if (fields.size() < 2) {
                        throw new IOException("%s, line %d: expected a label and a text, found one column: '%s'"
                                .formatted(file, line, fields.getFirst()));
                    }
                    if (!(first && HEADERS.contains(fields.getFirst()))) {
                        String text = String.join(" ", fields.subList(1, fields.size()));
                        rows.add(new Row(file, line, fields.getFirst().strip(), text));
                    }
                    first = false;
                }
            }
        }
        if (rows.isEmpty()) {
            throw new IOException("no text in the %s files of %s".formatted(prefix, folder));
        }
        return rows;
    }

    private static List<LabelledText> numbered(List<Row> rows, List<String> classes) throws IOException {
        List<LabelledText> texts = new ArrayList<>();
        for (Row row : rows) {
            int label = Collections.binarySearch(classes, row.label());
            if (label < 0) {
                throw new IOException("%s, line %d: label '%s' does not occur in the train files"
                        .formatted(row.file(), row.line(), row.label()));
            }
            texts.add(new LabelledText(row.text(), label));
        }
        return texts;
    }
}
