// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A Maven repository of a test's own, into which the library is installed as a user would, from a copy of its sources: a
 * build that runs this test is not touched. What others made is taken from the repository of the user, as from a remote
 * one, so that nothing is fetched twice and nothing is written there.
 */
final class MavenRepository {

    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final long MINUTES = 4;

    private final Path maven;
    private final Path folder;

    /** Makes an empty one in a folder, of the Maven that lies in another, beside the repository that has what others made. */
    MavenRepository(Path mavenHome, Path others, Path folder) throws IOException {
        this.maven = mavenHome.resolve("bin").resolve("mvn");
        this.folder = folder;
        Files.writeString(folder.resolve("settings.xml"), """
                <settings>
                  <profiles>
                    <profile>
                      <id>others</id>
                      <repositories><repository><id>others</id><url>%1$s</url></repository></repositories>
                      <pluginRepositories><pluginRepository><id>others</id><url>%1$s</url></pluginRepository></pluginRepositories>
                    </profile>
                  </profiles>
                  <activeProfiles><activeProfile>others</activeProfile></activeProfiles>
                </settings>
                """.formatted(others.toUri()));
    }

    /** Installs some modules of the library, with the classes of the build that runs this test, where they are there. */
    void install(String... modules) throws IOException, InterruptedException {
        Path copy = folder.resolve("library");
        copy(ROOT.resolve(".mvn"), copy.resolve(".mvn"));
        try (Stream<Path> poms = Files.find(ROOT, 2, (path, is) -> path.endsWith("pom.xml"))) {
            for (Path pom : poms.toList()) {
                copy(pom, copy.resolve(ROOT.relativize(pom)));
            }
        }
        boolean compiled = true;
        for (String module : modules) {
            Path sources = ROOT.resolve(module).resolve("src/main");
            if (Files.isDirectory(sources)) {
                copy(sources, copy.resolve(module).resolve("src/main"));
                Path classes = ROOT.resolve(module).resolve("target/classes");
                compiled &= Files.isDirectory(classes);
                if (compiled) {
                    copy(classes, copy.resolve(module).resolve("target/classes"));
                }
            }
        }
        run(
                copy,
                "install",
                "--projects=" + String.join(",", modules),
                "--also-make",
                "-DskipTests",
                "-Dmaven.main.skip=" + compiled,
                "-Dspotless.check.skip=true",
                "-Djacoco.skip=true");
    }

    /**
     * Builds copies of projects, each by its own {@code pom.xml}, in one run of Maven.
     *
     * @return the folder that has a copy of each under its own name
     */
    Path build(List<Path> projects, String... options) throws IOException, InterruptedException {
        Path all = Files.createDirectories(folder.resolve("projects"));
        StringBuilder modules = new StringBuilder();
        for (Path project : projects) {
            Path copy = all.resolve(project.getFileName());
            copy(project.resolve("pom.xml"), copy.resolve("pom.xml"));
            copy(project.resolve("src"), copy.resolve("src"));
            modules.append("<module>").append(project.getFileName()).append("</module>");
        }
        Files.writeString(all.resolve("pom.xml"), """
                <project>
                  <modelVersion>4.0.0</modelVersion>
                  <groupId>all</groupId>
                  <artifactId>all</artifactId>
                  <version>1</version>
                  <packaging>pom</packaging>
                  <modules>%s</modules>
                </project>
                """.formatted(modules));
        List<String> words = new ArrayList<>(List.of(options));
        words.addFirst("package");
        run(all, words.toArray(String[]::new));
        return all;
    }

    /** {@return where an artifact's files lie, by its coordinates with slashes between them} */
    Path artifact(String coordinates) {
        return folder.resolve("repository").resolve(coordinates);
    }

    private void run(Path project, String... words) throws IOException, InterruptedException {
        Path log = project.resolve("maven.log");
        List<String> command = new ArrayList<>(List.of(
                maven.toString(),
                "--batch-mode",
                "--no-transfer-progress",
                "--global-settings=" + folder.resolve("settings.xml"),
                "-Dmaven.repo.local=" + folder.resolve("repository")));
        command.addAll(List.of(words));
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(project.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment()
                .put("MAVEN_OPTS", "--sun-misc-unsafe-memory-access=allow -XX:TieredStopAtLevel=1 -XX:+UseSerialGC");
        Process process = builder.start();
        try {
            assertTrue(process.waitFor(MINUTES, TimeUnit.MINUTES), () -> "no end of " + command + read(log));
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly().waitFor();
        }
        assertEquals(0, process.exitValue(), () -> command + "\n" + read(log));
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return e.toString();
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path copy = from.equals(file) ? to : to.resolve(from.relativize(file));
                Files.createDirectories(copy.getParent());
                Files.copy(file, copy, StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }
}
