// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.train.data;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.constantpool.PoolEntry;
import java.lang.classfile.constantpool.Utf8Entry;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The class files of the running JDK: identifiers and texts from their constant pools. */
final class ClassFiles implements CodeFiles {

    private static final int WORDS = 24;
    private static final int SNIPPETS_PER_FILE = 6;

    private final Path modules;

    ClassFiles() {
        // The runtime image's file system is one per JVM and cannot be closed.
        FileSystem image = FileSystems.getFileSystem(URI.create("jrt:/"));
        modules = image.getPath("/modules");
    }

    @Override
    public List<String> names() throws IOException {
        try (Stream<Path> files = Files.walk(modules)) {
            return files.map(file -> modules.relativize(file).toString())
                    .filter(name -> name.endsWith(".class") && name.indexOf('/') > 0)
                    .filter(name -> !name.endsWith("-info.class"))
                    .sorted()
                    .toList();
        }
    }

    @Override
    public List<String> snippets(String name) throws IOException {
        List<String> words = new ArrayList<>();
        byte[] bytes = Files.readAllBytes(modules.resolve(name));
        for (PoolEntry entry : ClassFile.of().parse(bytes).constantPool()) {
            if (entry instanceof Utf8Entry text && isPlain(text.stringValue())) {
                words.add(text.stringValue());
            }
        }
        List<String> snippets = new ArrayList<>();
        for (int i = 0; i + WORDS <= words.size() && snippets.size() < SNIPPETS_PER_FILE; i += WORDS) {
            snippets.add(String.join(" ", words.subList(i, i + WORDS)));
        }
        return snippets;
    }

    /** {@return whether a constant is a name or text; class names and signatures would give the module away} */
    private static boolean isPlain(String constant) {
        return constant.length() > 1 && constant.chars().noneMatch(c -> c == '/' || c == ';' || c == '(' || c == '<');
    }

    @Override
    public String origin() {
        return "class files of the running JDK " + Runtime.version() + " (it has no lib/src.zip)";
    }

    @Override
    public void close() {}
}
