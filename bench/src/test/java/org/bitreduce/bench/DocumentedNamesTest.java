// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The classes, files and headings that the documentation names exist. */
@Timeout(60)
class DocumentedNamesTest {

    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    /** A class, or a member of one, in type of code; words in capitals alone are none. */
    private static final Pattern CLASS =
            Pattern.compile("`([A-Z][A-Za-z0-9]*[a-z][A-Za-z0-9]*)(?:\\.\\w+(?:\\([^`]*\\))?)?`");

    private static final Pattern LINK = Pattern.compile("\\]\\((?!https?:)([^)#]*)(?:#([^)]+))?\\)");
    private static final Pattern HEADING = Pattern.compile("^#+ (.*)$", Pattern.MULTILINE);

    /** Names of others, of the JDK, of MPJ Express, of HotSpot and of Slurm. */
    private static final Set<String> OTHERS = Set.of(
            "Allreduce",
            "ByteBuffer",
            "DesiredMethodLimit",
            "IllegalArgumentException",
            "IndexOutOfBoundsException",
            "KillWait",
            "MemorySegment",
            "NIODevice",
            "Runtime",
            "Selector",
            "StrictMath",
            "System");

    private static List<Path> pages() throws IOException {
        List<Path> pages = new ArrayList<>();
        try (Stream<Path> top = Files.list(ROOT);
                Stream<Path> docs = Files.walk(ROOT.resolve("docs"))) {
            Stream.concat(top, docs)
                    .filter(file -> file.toString().endsWith(".md"))
                    .forEach(pages::add);
        }
        assertTrue(pages.size() > 20, pages::toString);
        return pages;
    }

    /** {@return a page without its blocks of code} */
    private static String text(Path page) throws IOException {
        return Files.readString(page).replaceAll("(?s)```.*?```", "");
    }

    @Test
    void classesExist() throws IOException {
        Set<String> known = sources();
        known.addAll(OTHERS);
        Set<String> missing = new TreeSet<>();
        for (Path page : pages()) {
            CLASS.matcher(text(page))
                    .results()
                    .map(match -> match.group(1))
                    .filter(name -> !known.contains(name))
                    .forEach(name -> missing.add(ROOT.relativize(page) + ": " + name));
        }
        assertEquals(Set.of(), missing);
    }

    /** {@return the names of all classes in files of their own} Elsewhere files come and go while others build and test. */
    private static Set<String> sources() throws IOException {
        Set<String> names = new TreeSet<>();
        try (Stream<Path> modules = Files.list(ROOT)) {
            for (Path folder : modules.map(module -> module.resolve("src"))
                    .filter(Files::isDirectory)
                    .toList()) {
                try (Stream<Path> files = Files.walk(folder)) {
                    files.map(file -> file.getFileName().toString())
                            .filter(name -> name.endsWith(".java"))
                            .forEach(name -> names.add(name.replace(".java", "")));
                }
            }
        }
        return names;
    }

    @Test
    void linksLeadSomewhere() throws IOException {
        Set<String> dead = new TreeSet<>();
        for (Path page : pages()) {
            for (MatchResult link : LINK.matcher(text(page)).results().toList()) {
                Path target = link.group(1).isEmpty()
                        ? page
                        : page.resolveSibling(link.group(1)).normalize();
                if (!Files.exists(target)
                        || link.group(2) != null && !anchors(target).contains(link.group(2))) {
                    dead.add(ROOT.relativize(page) + ": " + link.group());
                }
            }
        }
        assertEquals(Set.of(), dead);
    }

    /** {@return the headings of a page as links name them} */
    private static Set<String> anchors(Path page) throws IOException {
        return HEADING.matcher(text(page))
                .results()
                .map(match -> match.group(1)
                        .strip()
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^\\w\\- ]", "")
                        .replace(' ', '-'))
                .collect(Collectors.toSet());
    }
}
