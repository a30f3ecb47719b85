// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.bitreduce.launch.cli.Main;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.ParameterException;

/** The command line knows every command and option that the documentation shows. Nothing is carried out. */
@Timeout(60)
class DocumentedCommandsTest {

    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    private static final Pattern BLOCK = Pattern.compile("```\\w*\n(.*?)```", Pattern.DOTALL);
    private static final Pattern INLINE = Pattern.compile("`(\\./bitreduce [^`]*)`");

    /** A word of a shell: bare, or in quotes. */
    private static final Pattern WORD = Pattern.compile("'[^']*'|\"[^\"]*\"|\\S+");

    /** What the script does itself. */
    private static final Set<String> SCRIPT = Set.of("test", "build", "rank", "secret", "mpjrun", "javac");

    private final Set<String> refused = new TreeSet<>();
    private int checked;

    @Test
    void everyCommandIsUnderstood() throws IOException {
        List<Path> pages = new ArrayList<>(List.of(ROOT.resolve("README.md")));
        try (Stream<Path> docs = Files.walk(ROOT.resolve("docs"))) {
            docs.filter(file -> file.toString().endsWith(".md")).forEach(pages::add);
        }
        for (Path page : pages) {
            String text = Files.readString(page);
            BLOCK.matcher(text).results().forEach(block -> block(page, block.group(1)));
            INLINE.matcher(BLOCK.matcher(text).replaceAll(""))
                    .results()
                    .forEach(one -> check(page, one.group(1), false));
        }
        assertEquals(Set.of(), refused);
        assertTrue(checked > 60, "the documentation's commands are found: " + checked);
    }

    private void block(Path page, String block) {
        for (String line : block.replace("\\\n", " ").split("\n")) {
            for (String command : line.replaceAll("\\s#.*", "").split("&&|;")) {
                int at = command.indexOf("./bitreduce ");
                if (at >= 0 && !command.contains("$(./bitreduce")) {
                    check(page, command.substring(at), true);
                }
            }
        }
    }

    /** An inline command may leave out what has no default. */
    private void check(Path page, String command, boolean whole) {
        List<String> words = words(command.substring("./bitreduce ".length()));
        if (SCRIPT.contains(words.getFirst())) {
            return;
        }
        checked++;
        try {
            Main.commandLine().parseArgs(words.toArray(String[]::new));
        } catch (ParameterException e) {
            if (whole || !(e instanceof MissingParameterException)) {
                refused.add("%s: %s: %s".formatted(ROOT.relativize(page), command, e.getMessage()));
            }
        }
    }

    /** {@return the words, with a number for each variable and each capital that stands for one; an ellipsis is a value or nothing} */
    private static List<String> words(String command) {
        List<String> words = new ArrayList<>();
        WORD.matcher(command).results().forEach(match -> {
            String word = match.group().replaceAll("^['\"]|['\"]$", "");
            boolean value = !words.isEmpty() && words.getLast().startsWith("-");
            if (!word.equals("…") || value) {
                words.add(word.matches("\\$.*|[A-Z]|…") ? "4" : word);
            }
        });
        return words;
    }
}
