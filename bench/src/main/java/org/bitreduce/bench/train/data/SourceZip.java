// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.train.data;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/** A JDK's {@code lib/src.zip}. */
final class SourceZip implements CodeFiles {

    private static final int LINES = 12;
    private static final int SNIPPETS_PER_FILE = 10;
    private static final int SHORTEST = 120;

    private final Path file;
    private final ZipFile zip;

    private SourceZip(Path file, ZipFile zip) {
        this.file = file;
        this.zip = zip;
    }

    static SourceZip open(Path file) throws IOException {
        try {
            return new SourceZip(file, new ZipFile(file.toFile()));
        } catch (ZipException broken) {
            throw new IOException("%s is no zip file or is damaged: %s".formatted(file, broken.getMessage()), broken);
        }
    }

    @Override
    public List<String> names() {
        return zip.stream()
                .map(ZipEntry::getName)
                .filter(name -> name.endsWith(".java") && name.indexOf('/') > 0)
                .filter(name -> !name.endsWith("-info.java"))
                .sorted()
                .toList();
    }

    @Override
    public List<String> snippets(String name) throws IOException {
        try (InputStream in = zip.getInputStream(zip.getEntry(name))) {
            return cut(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (ZipException broken) {
            throw new IOException("%s is damaged at %s: %s".formatted(file, name, broken.getMessage()), broken);
        }
    }

    /** {@return pieces of a source file after its imports, which would give the module away} */
    static List<String> cut(String source) {
        List<String> lines = source.lines().toList();
        int first = 0;
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).startsWith("import ") || lines.get(i).startsWith("package ")) {
                first = i + 1;
            }
        }
        int pieces = Math.max(1, (lines.size() - first) / LINES);
        int taken = Math.min(pieces, SNIPPETS_PER_FILE);
        List<String> snippets = new ArrayList<>(taken);
        for (int i = 0; i < taken; i++) {
            int start = first + (int) ((long) i * pieces / taken) * LINES;
            String snippet = String.join("\n", lines.subList(start, Math.min(start + LINES, lines.size())));
            if (snippet.length() >= SHORTEST) {
                snippets.add(snippet);
            }
        }
        return snippets;
    }

    @Override
    public String origin() {
        return file.toString();
    }

    @Override
    public void close() throws IOException {
        zip.close();
    }
}
