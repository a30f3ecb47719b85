// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.train.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * AG's News (Zhang, Zhao, LeCun, NIPS 2015): title and description of an article, of four classes. Reads the official
 * files, packed or not: {@code train*.csv[.gz]} and {@code test*.csv[.gz]} with the columns class (1 to 4), title,
 * description.
 */
public final class AgNewsTask implements Task {

    private static final List<String> CLASSES = List.of("World", "Sports", "Business", "Sci/Tech");
    private static final int WORD_CAP = 20_000;

    @Override
    public String name() {
        return "ag-news";
    }

    @Override
    public String description() {
        return "news articles of four classes (--data: folder of the official train.csv and test.csv, or .csv.gz)";
    }

    @Override
    public void requireData(Path data) throws IOException {
        if (data == null || !Files.isDirectory(data)) {
            throw new NoSuchFileException(
                    "task ag-news needs --data DIR, a folder that holds the official train.csv and test.csv (or .csv.gz): --data="
                            + data);
        }
        files(data, "train");
        files(data, "test");
    }

    @Override
    public TextData load(Path data) throws IOException {
        requireData(data);
        List<LabelledText> train = read(data, "train");
        List<LabelledText> test = read(data, "test");
        String origin = "%s: %,d training and %,d test articles".formatted(data, train.size(), test.size());
        return TextData.of(name(), origin, CLASSES, train, test, WORD_CAP);
    }

    @Override
    public Defaults defaults() {
        return new Defaults(32, 2, 32, 2.0);
    }

    private static List<LabelledText> read(Path folder, String prefix) throws IOException {
        List<LabelledText> texts = new ArrayList<>();
        for (Path file : files(folder, prefix)) {
            try (Csv csv = Csv.open(file)) {
                for (List<String> fields = csv.next(); fields != null; fields = csv.next()) {
                    texts.add(text(file, csv.line(), fields));
                }
            }
        }
        if (texts.isEmpty()) {
            throw new IOException("no article in the %s*.csv files of %s".formatted(prefix, folder));
        }
        return texts;
    }

    private static List<Path> files(Path folder, String prefix) throws IOException {
        return TextFormat.find(folder, prefix, "the folder of the official AG's News files", List.of(TextFormat.CSV));
    }

    private static LabelledText text(Path file, int line, List<String> fields) throws IOException {
        String label = fields.getFirst();
        boolean known = label.length() == 1 && label.charAt(0) >= '1' && label.charAt(0) <= '4';
        if (fields.size() != 3 || !known) {
            throw new IOException(
                    "%s, before line %d: expected class (1 to 4), title, description, found %d columns, class '%s'"
                            .formatted(file, line, fields.size(), label));
        }
        return new LabelledText(fields.get(1) + ' ' + fields.get(2), label.charAt(0) - '1');
    }
}
