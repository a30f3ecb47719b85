// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the README shows must run. */
class ReadmeTest {

    @Test
    void theExampleCompilesAndRuns(@TempDir Path folder) throws Exception {
        Matcher block = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL).matcher(readme());
        assertTrue(block.find(), "the README has a Java example");
        Path source = folder.resolve("Example.java");
        Files.writeString(source, block.group(1));
        String classPath = System.getProperty("java.class.path");
        ByteArrayOutputStream errors = new ByteArrayOutputStream();
        int status = ToolProvider.getSystemJavaCompiler()
                .run(null, errors, errors, "-cp", classPath, "-d", folder.toString(), source.toString());
        assertEquals(0, status, errors.toString(StandardCharsets.UTF_8));

        Process ranks = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        folder + System.getProperty("path.separator") + classPath,
                        "Example")
                .redirectErrorStream(true)
                .start();
        String output = new String(ranks.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(ranks.waitFor(30, TimeUnit.SECONDS));
        assertEquals(0, ranks.exitValue(), output);
        assertTrue(output.contains("step 9: 4 bits, 0 bytes sent"), output);
        try (URLClassLoader loader =
                new URLClassLoader(new URL[] {folder.toUri().toURL()})) {
            // Measuring coverage adds a synthetic one.
            long methods = Stream.of(loader.loadClass("Example").getDeclaredMethods())
                    .filter(method -> !method.isSynthetic())
                    .count();
            assertEquals(1, methods);
        }
    }

    private static String readme() throws IOException {
        return Files.readString(Path.of("..", "README.md"));
    }
}
