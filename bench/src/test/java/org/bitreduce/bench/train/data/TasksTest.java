// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.train.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TasksTest {

    @TempDir
    private Path folder;

    @Test
    void vocabularyHasTheMostFrequentWordsFirst() {
        List<LabelledText> train = List.of(
                new LabelledText("b a c a", 0), new LabelledText("a b once d", 1), new LabelledText("d c b", 0));
        List<LabelledText> test = List.of(new LabelledText("unknown d a once", 1));
        TextData data = TextData.of("t", "o", List.of("x", "y"), train, test, 3);
        // a and b occur three times, c and d twice; the cap drops d, "once" is too rare.
        assertEquals(3, data.words());
        assertArrayEquals(new int[] {1, 0, 2, 0, 0, 1, 2, 1}, data.train().words());
        assertArrayEquals(new int[] {0, 4, 6, 8}, data.train().starts());
        assertArrayEquals(new int[] {0, 1, 0}, data.train().labels());
        assertArrayEquals(new int[] {0}, data.test().words());
    }

    @Test
    void fingerprintSeesEveryChange() {
        TextData data = SyntheticTask.make(100, 20);
        assertEquals(data.fingerprint(), SyntheticTask.make(100, 20).fingerprint());
        for (int[] array :
                List.of(data.train().words(), data.train().labels(), data.test().words())) {
            long before = data.fingerprint();
            array[array.length - 1] ^= 1;
            assertFalse(before == data.fingerprint());
        }
    }

    @Test
    void agNewsReadsOfficialFilesAndRefusesOthers() throws IOException {
        AgNewsTask task = new AgNewsTask();
        IOException none = assertThrows(IOException.class, () -> task.load(null));
        assertTrue(none.getMessage().contains("needs --data DIR"), none.getMessage());
        IOException empty = assertThrows(IOException.class, () -> task.load(folder));
        assertTrue(empty.getMessage().contains("holds no train*.csv"), empty.getMessage());
        Files.writeString(folder.resolve("train.csv"), "\"4\",\"new chip\",\"a chip\"\n\"1\",\"vote\",\"vote\"\n");
        Files.writeString(folder.resolve("test.csv"), "\"2\",\"no chip\",\"vote\"\n");
        TextData data = task.load(folder);
        assertEquals(2, data.words());
        assertArrayEquals(new int[] {3, 0}, data.train().labels());
        assertArrayEquals(new int[] {1}, data.test().labels());
        Files.writeString(folder.resolve("test.csv"), "\"5\",\"no chip\",\"vote\"\n");
        IOException label = assertThrows(IOException.class, () -> task.load(folder));
        assertTrue(label.getMessage().contains("found 3 columns, class '5'"), label.getMessage());
    }

    @Test
    void realAgNewsWhereItIs() throws IOException {
        String data = System.getProperty("bitreduce.data.ag-news", "");
        assumeTrue(!data.isEmpty(), "no AG's News here: set -Dbitreduce.data.ag-news=DIR");
        TextData news = new AgNewsTask().load(Path.of(data));
        assertEquals(7_600, news.test().size());
        assertEquals(4, news.classes().size());
    }

    @Test
    void jdkSourceSplitsFilesNotLines() throws IOException {
        List<String> read = new ArrayList<>();
        CodeFiles code = new CodeFiles() {
            @Override
            public List<String> names() {
                List<String> names = new ArrayList<>();
                for (int i = 0; i < 40; i++) {
                    names.add("one/File" + i + ".java");
                    names.add("two/File" + i + ".java");
                }
                return names;
            }

            @Override
            public List<String> snippets(String name) {
                read.add(name);
                return List.of("text of " + name, "more of " + name);
            }

            @Override
            public String origin() {
                return "made up";
            }

            @Override
            public void close() {}
        };
        TextData data = new JdkSourceTask().load(code);
        assertEquals(List.of("one", "two"), data.classes());
        assertEquals(80, read.size());
        assertEquals(2 * 2 * 32, data.train().size());
        assertEquals(2 * 2 * 8, data.test().size());
    }

    @Test
    void snippetsBeginAfterTheImports() {
        String body = "    int field = 42; // something that is long enough\n".repeat(30);
        List<String> snippets = SourceZip.cut("package a.b;\nimport java.util.List;\n" + body);
        assertEquals(2, snippets.size());
        snippets.forEach(snippet -> assertFalse(snippet.contains("import")));
        assertEquals(List.of(), SourceZip.cut("package a;\nclass A {}\n"));
    }

    @Test
    void classFilesStandInForSources() throws IOException {
        try (ClassFiles classes = new ClassFiles()) {
            assertTrue(classes.names().contains("java.base/java/lang/String.class"));
            List<String> snippets = classes.snippets("java.base/java/lang/String.class");
            assertTrue(snippets.size() > 2);
            snippets.forEach(snippet -> assertFalse(snippet.contains("/")));
        }
    }

    @Test
    void damagedZipIsNamed() throws IOException {
        Path file = Files.writeString(folder.resolve("src.zip"), "no zip");
        IOException found = assertThrows(IOException.class, () -> new JdkSourceTask().load(file));
        assertTrue(found.getMessage().contains("src.zip is no zip file or is damaged"), found.getMessage());
    }
}
