// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.bitreduce.launch.mpj.MpjHome;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every block of Java in the README and in the documentation compiles against the libraries. */
@Timeout(60)
class DocumentedCodeTest {

    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Pattern BLOCK = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);
    private static final Pattern CLASS = Pattern.compile("public class (\\w+)");

    private static final String IMPORTS = """
            import static org.bitreduce.ElementType.*;
            import static org.bitreduce.Reduction.*;
            import java.lang.foreign.*;
            import java.time.Duration;
            import mpi.MPI;
            import org.agrona.concurrent.UnsafeBuffer;
            import org.bitreduce.*;
            import org.bitreduce.dqsgd.*;
            import org.bitreduce.launch.*;
            import org.bitreduce.transport.mpj.Mpj;
            class Fragments {
                static class MyProgram {}
            """;

    /** What a fragment may use without having made it. */
    private static final String PARAMETERS = "String[] args, Iterable<MemorySegment> gradients";

    static List<Path> pages() throws IOException {
        List<Path> pages = new ArrayList<>(List.of(ROOT.resolve("README.md")));
        try (Stream<Path> docs = Files.walk(ROOT.resolve("docs"))) {
            docs.filter(file -> file.toString().endsWith(".md")).forEach(pages::add);
        }
        pages.removeIf(page -> blocks(page).isEmpty());
        return pages;
    }

    private static List<String> blocks(Path page) {
        try {
            Matcher found = BLOCK.matcher(Files.readString(page));
            List<String> blocks = new ArrayList<>();
            while (found.find()) {
                blocks.add(found.group(1).replace("…", ""));
            }
            return blocks;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A block is a whole class, a method, or a fragment; fragments that follow each other on a page share variables. */
    @ParameterizedTest
    @MethodSource("pages")
    void everyBlockCompiles(Path page, @TempDir Path folder) throws IOException {
        boolean callsMpj = blocks(page).stream().anyMatch(block -> block.contains("MPI.INT"));
        assumeTrue(!callsMpj || MpjHome.available(), "skipped: no MPJ Express");
        String path = (MpjHome.available() ? System.getProperty(MpjHome.PROPERTY) + "/lib/mpj.jar:" : "")
                + System.getProperty("java.class.path");
        List<String> sources = new ArrayList<>();
        StringBuilder methods = new StringBuilder(IMPORTS);
        StringBuilder together = new StringBuilder();
        int number = 0;
        for (String block : blocks(page)) {
            Matcher type = CLASS.matcher(block);
            if (type.find()) {
                sources.add(write(folder, type.group(1), block));
            } else if (block.startsWith("public static void ")) {
                methods.append(block);
            } else if (block.contains("Communicator world =")) {
                methods.append(method("alone" + number++, PARAMETERS, block));
            } else {
                together.append(block);
            }
        }
        methods.append(method("together", "Communicator world, " + PARAMETERS, together.toString()));
        sources.add(write(folder, "Fragments", methods.append("}\n").toString()));
        List<String> command = new ArrayList<>(List.of("-proc:none", "-cp", path, "-d", folder.toString()));
        command.addAll(sources);
        ByteArrayOutputStream errors = new ByteArrayOutputStream();
        int status = ToolProvider.getSystemJavaCompiler().run(null, errors, errors, command.toArray(String[]::new));
        assertEquals(0, status, errors.toString(StandardCharsets.UTF_8));
    }

    /** The pages whose code this is for are found. */
    @Test
    void thePagesWithCodeAreFound() throws IOException {
        List<String> names =
                pages().stream().map(page -> ROOT.relativize(page).toString()).toList();
        assertTrue(
                names.containsAll(List.of("README.md", "docs/user-guide.md", "docs/running.md", "docs/mpj.md")),
                names::toString);
    }

    private static String method(String name, String parameters, String body) {
        return "static void %s(%s) throws Exception {%n%s}%n".formatted(name, parameters, body);
    }

    private static String write(Path folder, String type, String text) throws IOException {
        return Files.writeString(folder.resolve(type + ".java"), text).toString();
    }
}
