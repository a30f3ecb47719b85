// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.train.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The JDK's own code: tell from a few lines which module they are of. The classes are the modules with the most files;
 * files, not lines, are split into training and test. Where {@code lib/src.zip} is missing, identifiers from the class
 * files of the running JDK take its place.
 */
public final class JdkSourceTask implements Task {

    private static final int CLASSES = 16;
    private static final int FILES_PER_CLASS = 300;
    /** One file in this many is kept for the test. */
    private static final int TEST_SHARE = 5;

    private static final int WORD_CAP = 16_000;

    @Override
    public String name() {
        return "jdk-source";
    }

    @Override
    public String description() {
        return "of which JDK module are these lines? Needs no data but the JDK (--data: another src.zip)";
    }

    @Override
    public Defaults defaults() {
        return new Defaults(32, 6, 32, 3.0);
    }

    @Override
    public void requireData(Path data) throws IOException {
        if (data != null && !Files.isRegularFile(data)) {
            throw new IOException("task jdk-source reads a JDK's lib/src.zip: there is no file --data=" + data);
        }
    }

    @Override
    public TextData load(Path data) throws IOException {
        requireData(data);
        Path zip = data != null ? data : Path.of(System.getProperty("java.home"), "lib", "src.zip");
        try (CodeFiles code = Files.isRegularFile(zip) ? SourceZip.open(zip) : new ClassFiles()) {
            return load(code);
        }
    }

    /** {@return the task made of some code} */
    TextData load(CodeFiles code) throws IOException {
        Map<String, List<String>> modules = biggest(code.names());
        List<LabelledText> train = new ArrayList<>();
        List<LabelledText> test = new ArrayList<>();
        int label = 0;
        for (List<String> files : modules.values()) {
            for (int i = 0; i < files.size(); i++) {
                List<LabelledText> target = i % TEST_SHARE == 0 ? test : train;
                for (String snippet : code.snippets(files.get(i))) {
                    target.add(new LabelledText(snippet, label));
                }
            }
            label++;
        }
        return TextData.of(name(), code.origin(), List.copyOf(modules.keySet()), train, test, WORD_CAP);
    }

    /** {@return for each of the biggest modules, in alphabetical order, files spread over the whole module} */
    private static Map<String, List<String>> biggest(List<String> names) throws IOException {
        Map<String, List<String>> modules = new TreeMap<>();
        for (String name : names) {
            modules.computeIfAbsent(name.substring(0, name.indexOf('/')), module -> new ArrayList<>())
                    .add(name);
        }
        List<String> order = new ArrayList<>(modules.keySet());
        order.sort(
                Comparator.<String>comparingInt(module -> -modules.get(module).size())
                        .thenComparing(Comparator.naturalOrder()));
        if (order.size() < 2) {
            throw new IOException("found code of %d modules, at least 2 are needed".formatted(order.size()));
        }
        modules.keySet().retainAll(order.subList(0, Math.min(CLASSES, order.size())));
        modules.replaceAll((module, files) -> files.stream()
                .sorted(Comparator.<String>comparingInt(name -> spread(name)).thenComparing(Comparator.naturalOrder()))
                .limit(FILES_PER_CLASS)
                .toList());
        return modules;
    }

    /** {@return a number without pattern, the same on every JVM since String.hashCode is specified} */
    private static int spread(String name) {
        int hash = name.hashCode() * 0x9e3779b9;
        return (hash ^ hash >>> 15) * 0x85ebca6b;
    }
}
