// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.launch;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.bitreduce.launch.cli.Main;

/**
 * Launchers and ranks for tests that show what happens, and not how fast: their JVMs compile lightly, and take classes from an
 * archive, which spares them a third of what starting takes. The archives are of the command in {@code quick-jvm.txt}, of each
 * module its own. They know jars only, so what a module has compiled is put into jars. All is tried once per build, by the test
 * that comes first, in {@code target/quick-jvm}; where it fails, tests go on with JVMs that start as slowly as usual.
 */
public final class QuickJvm {

    private static final Path FOLDER = Path.of("target", "quick-jvm").toAbsolutePath();
    private static final Path LAUNCHER = FOLDER.resolve("launcher.jsa");
    private static final Path RANKS = FOLDER.resolve("ranks.jsa");
    private static final List<String> LIGHT = List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");

    /** Newer than all jars where no archives could be made of them. */
    private static final Path FAILED = FOLDER.resolve("failed");

    /** Well below what the test has that comes first. */
    private static final long SECONDS = 30;

    private static final QuickJvm OWN = make();

    private final String classPath;
    private final List<String> launcher;
    private final List<String> ranks;

    private QuickJvm(String classPath, boolean archived) {
        this.classPath = classPath;
        launcher = flags(archived, LAUNCHER);
        ranks = flags(archived, RANKS);
    }

    private static List<String> flags(boolean archived, Path archive) {
        return archived
                ? Stream.concat(LIGHT.stream(), Stream.of("-XX:SharedArchiveFile=" + archive, "-Xlog:disable"))
                        .toList()
                : LIGHT;
    }

    /** {@return this JVM's class path, as jars, and without MPJ Express's signatures, which would hide the real classes} */
    public static String classPath() {
        return OWN.classPath;
    }

    /** {@return the flags of a launcher's JVM; with a class path that begins otherwise it starts as slowly as usual} */
    public static List<String> launcherFlags() {
        return OWN.launcher;
    }

    /** {@return the flags of a rank's JVM, likewise} */
    public static List<String> rankFlags() {
        return OWN.ranks;
    }

    /** {@return those as options of a command that starts ranks} */
    public static List<String> rankOptions() {
        return OWN.ranks.stream().map(flag -> "--jvm=" + flag).toList();
    }

    /** Never throws: a class whose initializer did would fail all later tests too. */
    @SuppressWarnings("try") // the turn is kept, and that is all
    private static QuickJvm make() {
        List<Path> entries = Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> !entry.contains("mpj-signatures"))
                .map(entry -> Path.of(entry).toAbsolutePath())
                .filter(Files::exists)
                .toList();
        try {
            Files.createDirectories(FOLDER);
            try (FileChannel channel = FileChannel.open(
                            FOLDER.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    FileLock turn = channel.lock()) {
                List<Path> jars = new ArrayList<>();
                for (Path entry : entries) {
                    jars.add(Files.isDirectory(entry) ? jarOf(entry) : entry);
                }
                String classPath = joined(jars);
                return new QuickJvm(
                        classPath,
                        areCurrent(jars, LAUNCHER, RANKS) || !areCurrent(jars, FAILED) && archive(classPath));
            }
        } catch (IOException e) {
            System.out.println("no archives of classes could be made: " + e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return new QuickJvm(joined(entries), false);
    }

    private static String joined(List<Path> entries) {
        return entries.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator));
    }

    /** {@return whether files are there, and no older than any jar} */
    private static boolean areCurrent(List<Path> jars, Path... files) throws IOException {
        for (Path jar : jars) {
            for (Path file : files) {
                if (isOlder(file, jar)) {
                    return false;
                }
            }
        }
        return true;
    }

    /** {@return whether a file is older than another, or not there} */
    private static boolean isOlder(Path file, Path other) throws IOException {
        return !Files.exists(file) || Files.getLastModifiedTime(file).compareTo(Files.getLastModifiedTime(other)) < 0;
    }

    /** {@return a jar with what is in a folder now} */
    private static Path jarOf(Path folder) throws IOException {
        Path module = folder.getParent().getParent().getFileName();
        Path jar = FOLDER.resolve(module + "-" + folder.getFileName() + ".jar");
        List<Path> content;
        try (Stream<Path> files = Files.walk(folder)) {
            content = files.toList();
        }
        boolean current = true;
        for (Path path : content) {
            current = current && !isOlder(jar, path);
        }
        if (!current) {
            Path fresh = FOLDER.resolve("new.jar");
            try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(fresh))) {
                for (Path file : content.stream().filter(Files::isRegularFile).toList()) {
                    out.putNextEntry(new JarEntry(folder.relativize(file).toString()));
                    Files.copy(file, out);
                }
            }
            Files.move(fresh, jar, StandardCopyOption.REPLACE_EXISTING); // a JVM that has the old one keeps it
        }
        return jar;
    }

    private static List<String> words() throws IOException {
        try (InputStream text = QuickJvm.class.getResourceAsStream("quick-jvm.txt")) {
            return List.of(new String(text.readAllBytes(), StandardCharsets.UTF_8)
                    .strip()
                    .split(" "));
        }
    }

    /** Runs the command; both JVMs write their archives when they end. {@return whether they did} */
    private static boolean archive(String classPath) throws IOException, InterruptedException {
        Files.deleteIfExists(LAUNCHER);
        Files.deleteIfExists(RANKS);
        List<String> command = new ArrayList<>(List.of(Launch.java()));
        command.addAll(LIGHT);
        command.addAll(List.of("-XX:ArchiveClassesAtExit=" + LAUNCHER, "-cp", classPath, Main.class.getName()));
        List<String> words = words();
        command.add(words.getFirst());
        LIGHT.forEach(flag -> command.add("--jvm=" + flag));
        command.add("--jvm=-XX:ArchiveClassesAtExit=" + RANKS);
        command.addAll(words.subList(1, words.size()));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .directory(FOLDER.toFile()) // where it leaves its results
                .redirectOutput(FOLDER.resolve("log").toFile())
                .start();
        boolean made = false;
        try {
            boolean ended = process.waitFor(SECONDS, TimeUnit.SECONDS);
            made = ended && process.exitValue() == 0 && Files.exists(LAUNCHER) && Files.exists(RANKS);
        } finally {
            process.destroyForcibly();
            if (!made) {
                Files.deleteIfExists(LAUNCHER); // it may be in parts
                Files.deleteIfExists(RANKS);
                Files.writeString(FAILED, "see log\n");
                System.out.println("no archives of classes could be made, see " + FOLDER.resolve("log"));
            }
        }
        return made;
    }
}
