// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.train.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Formats of labelled texts, told apart by the ending of a file's name; {@code .gz} may follow it. */
enum TextFormat {
    /** Comma-separated values. */
    CSV {
        @Override
        TextRecords open(Path file) throws IOException {
            return Csv.open(file);
        }
    },
    /** Fields between tabs. */
    TSV {
        @Override
        TextRecords open(Path file) throws IOException {
            return LineRecords.tabs(file);
        }
    },
    /** A JSON object per line. */
    JSONL {
        @Override
        TextRecords open(Path file) throws IOException {
            return LineRecords.json(file);
        }
    };

    /** {@return a reader of a file of this format} */
    abstract TextRecords open(Path file) throws IOException;

    /** {@return the ending of names, such as {@code .csv}} */
    String ending() {
        return "." + name().toLowerCase(Locale.ROOT);
    }

    boolean fits(Path file) {
        return file.toString().endsWith(ending()) || file.toString().endsWith(ending() + ".gz");
    }

    /** {@return a reader of a file that {@link #find} has found} */
    static TextRecords openAny(Path file) throws IOException {
        for (TextFormat format : values()) {
            if (format.fits(file)) {
                return format.open(file);
            }
        }
        throw new IllegalArgumentException("no format has files of this name: " + file);
    }

    /**
     * {@return the files of a folder whose names begin with a word, sorted}
     *
     * @param folder to be searched
     * @param prefix the word
     * @param what the folder must hold, for the message
     * @param formats that are looked for
     * @throws NoSuchFileException if there is none
     */
    static List<Path> find(Path folder, String prefix, String what, List<TextFormat> formats) throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            List<Path> files = all.filter(file -> file.getFileName().toString().startsWith(prefix)
                            && formats.stream().anyMatch(format -> format.fits(file)))
                    .sorted()
                    .toList();
            if (files.isEmpty()) {
                String names = formats.stream()
                        .map(format -> prefix + "*" + format.ending())
                        .collect(Collectors.joining(", "));
                throw new NoSuchFileException(
                        "%s holds no %s (or with .gz): --data must name %s".formatted(folder, names, what));
            }
            // The same file packed and unpacked side by side would count twice.
            return files.stream()
                    .filter(file -> !file.toString().endsWith(".gz")
                            || !files.contains(Path.of(file.toString().replaceFirst("\\.gz$", ""))))
                    .toList();
        }
    }
}
