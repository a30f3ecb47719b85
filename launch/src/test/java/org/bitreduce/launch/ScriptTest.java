// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.launch;

import static java.nio.file.attribute.PosixFilePermissions.fromString;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.bitreduce.launch.mpj.MpjHome;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * {@code ./bitreduce} itself in a small clone: who builds, who waits, who refuses. Maven is a script that puts jars there
 * which lead to the classes of these tests, so that jobs really run.
 */
@Timeout(120)
class ScriptTest {

    private static final List<String> MODULES = List.of("collectives", "dqsgd", "launch", "bench");

    private static final String MAVEN = """
            #!/bin/bash
            echo package >>FOLDER/maven.log
            for word; do case $word in -DoutputDirectory=*) out=${word#*=} ;; esac; done
            [[ ! -e FOLDER/broken ]] || { echo '[ERROR] broken'; exit 1; }
            sleep 0.7
            mkdir -p "$out" launch/target/classes/org/bitreduce/launch
            echo -Dx=y >launch/target/classes/org/bitreduce/launch/jvm.flags
            for module in collectives dqsgd launch bench; do
                mkdir -p $module/target && cp FOLDER/classes.jar $module/target/bitreduce-$module-0.1.jar
            done
            echo '[INFO] BUILD SUCCESS'
            """;

    @TempDir
    private Path folder;

    private final List<Process> started = new ArrayList<>();
    private Path clone;

    @BeforeEach
    void makeClone() throws IOException {
        clone = Files.createDirectory(folder.resolve("clone"));
        Files.copy(Path.of("..", "bitreduce"), clone.resolve("bitreduce"));
        Files.setPosixFilePermissions(clone.resolve("bitreduce"), fromString("rwxr-xr-x"));
        Files.createFile(clone.resolve("pom.xml"));
        for (String module : MODULES) {
            Files.createDirectories(clone.resolve(module).resolve("src/main"));
            Files.createFile(clone.resolve(module).resolve("pom.xml"));
        }
        Path mpj = Path.of(System.getProperty(MpjHome.PROPERTY, ""));
        Files.createDirectory(clone.resolve(".cache"));
        if (MpjHome.available()) {
            Files.createSymbolicLink(clone.resolve(".cache/mpj"), mpj.toAbsolutePath());
        } else { // it is not to be fetched
            Files.createDirectories(clone.resolve(".cache/mpj/lib"));
            Files.createFile(clone.resolve(".cache/mpj/lib/starter.jar"));
        }
        Path maven = Files.createDirectory(folder.resolve("bin")).resolve("mvn");
        Files.writeString(maven, MAVEN.replace("FOLDER", folder.toString()));
        Files.setPosixFilePermissions(maven, fromString("rwxr-xr-x"));
        writeClasses();
    }

    /** A jar with nothing in it but where the classes are. */
    private void writeClasses() throws IOException {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        String classPath = Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> !entry.contains("mpj-signatures"))
                .map(entry -> Path.of(entry).toUri().toString())
                .collect(Collectors.joining(" "));
        manifest.getMainAttributes().put(Attributes.Name.CLASS_PATH, classPath);
        new JarOutputStream(Files.newOutputStream(folder.resolve("classes.jar")), manifest).close();
    }

    @AfterEach
    void endAll() throws IOException {
        for (Process process : started) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
        if (Files.isSymbolicLink(clone.resolve(".cache/mpj"))) {
            Files.delete(clone.resolve(".cache/mpj"));
        }
    }

    private Process start(Map<String, String> environment, String... command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
        builder.environment().keySet().removeIf(name -> name.matches("(SLURM|PBS|LSB|BITREDUCE)_.*"));
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().merge("PATH", folder.resolve("bin") + ":", (path, bin) -> bin + path);
        builder.environment().putAll(environment);
        builder.redirectErrorStream(true)
                .redirectOutput(folder.resolve("out-" + started.size() + ".txt").toFile());
        started.add(builder.start());
        return started.getLast();
    }

    private Process bitreduce(String... words) throws IOException {
        return bitreduce(Map.of(), words);
    }

    private Process bitreduce(Map<String, String> environment, String... words) throws IOException {
        return start(
                environment,
                Stream.concat(Stream.of(clone.resolve("bitreduce").toString()), Stream.of(words))
                        .toArray(String[]::new));
    }

    private String said(Process process) {
        try {
            return Files.readString(folder.resolve("out-" + started.indexOf(process) + ".txt"));
        } catch (IOException e) {
            return e.toString();
        }
    }

    private long builds() throws IOException {
        Path log = folder.resolve("maven.log");
        return Files.exists(log) ? Files.readAllLines(log).size() : 0;
    }

    /** A new source, and a build of an hour ago. */
    private void makeStale() throws IOException {
        Files.writeString(clone.resolve("launch/src/main/New.java"), "// new");
        FileTime hourAgo = FileTime.from(Instant.now().minusSeconds(3_600));
        Files.setLastModifiedTime(clone.resolve("target/runtime.classpath"), hourAgo);
    }

    /** Four in a shared folder at the same moment: unbuilt, then stale, then up to date. */
    @Test
    void oneBuildsAndTheOthersWait() throws Exception {
        for (int builds = 1; builds <= 2; builds++) {
            if (builds == 2) {
                makeStale();
            }
            List<Process> four = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                four.add(bitreduce("classpath"));
            }
            for (Process process : four) {
                assertEquals(0, process.waitFor(), () -> said(process));
                assertTrue(said(process).contains("bitreduce-launch-0.1.jar"), () -> said(process));
            }
            assertEquals(builds, builds());
            assertEquals(
                    1,
                    four.stream()
                            .filter(process -> said(process).contains("bitreduce: building"))
                            .count());
        }
        Process late = bitreduce("classpath");
        assertEquals(0, late.waitFor(), () -> said(late));
        assertEquals(2, builds(), "up to date");
    }

    @Test
    void aBuilderThatIsKilledHoldsNobodyUp() throws Exception {
        Process first = bitreduce("classpath");
        while (builds() == 0) {
            Thread.sleep(10); // not for ever: tests have a deadline
        }
        first.destroyForcibly().waitFor();
        Process second = bitreduce("classpath");
        assertEquals(0, second.waitFor(), () -> said(second));
        assertTrue(said(second).contains("bitreduce-launch-0.1.jar"), () -> said(second));
    }

    @Test
    void aBuildThatFailsIsSaidByAllThatWait() throws Exception {
        Files.createFile(folder.resolve("broken"));
        List<Process> two = List.of(bitreduce("classpath"), bitreduce("classpath"));
        for (Process process : two) {
            assertEquals(ExitCode.INTERNAL, process.waitFor(), () -> said(process));
            assertTrue(said(process).contains("[ERROR] broken"), () -> said(process));
            assertTrue(said(process).contains("failed; the whole output is in "), () -> said(process));
        }
    }

    /** Within a job nothing is built: what is there is used, however old. */
    @Test
    void aJobBuildsNothing() throws Exception {
        for (String variable : List.of("SLURM_JOB_ID", "PBS_JOBID", "LSB_JOBID", "BITREDUCE_NO_BUILD")) {
            Process unbuilt = bitreduce(Map.of(variable, "7"), "classpath");
            assertEquals(ExitCode.UNAVAILABLE, unbuilt.waitFor(), () -> said(unbuilt));
            assertTrue(said(unbuilt).contains("run " + clone + "/bitreduce build before"), () -> said(unbuilt));
        }
        assertEquals(0, builds());
        Process login = bitreduce("build");
        assertEquals(0, login.waitFor(), () -> said(login));
        makeStale();
        Process job = bitreduce(Map.of("SLURM_JOB_ID", "7"), "classpath");
        assertEquals(0, job.waitFor(), () -> said(job));
        assertEquals(1, builds());
    }

    /** A clone that this process and its children cannot write, not even as root, runs jobs and gets no new file. */
    @ParameterizedTest
    @EnumSource(names = {"LOCAL_PROCESSES", "MPJRUN_MULTICORE"})
    void aCloneThatCannotBeWrittenRunsJobs(Via via) throws Exception {
        assumeTrue(!via.needsMpj() || MpjHome.available(), "skipped: no MPJ Express");
        assumeTrue(readOnly("true").waitFor() == 0, "skipped: this user cannot mount folders read-only");
        Process unbuilt = readOnly(clone.resolve("bitreduce").toString(), "classpath");
        assertEquals(ExitCode.UNAVAILABLE, unbuilt.waitFor(), () -> said(unbuilt));
        assertTrue(said(unbuilt).contains("in a folder that cannot be written"), () -> said(unbuilt));
        Process login = bitreduce("build");
        assertEquals(0, login.waitFor(), () -> said(login));
        makeStale(); // stale, which must not matter
        Map<Path, FileTime> before = files();
        Process job = readOnly(
                clone.resolve("bitreduce").toString(),
                "run",
                "--np=2",
                "--via=" + via,
                "--jvm=-Xmx96m",
                "--",
                Adder.class.getName());
        assertTrue(job.waitFor(100, TimeUnit.SECONDS), () -> said(job));
        assertEquals(0, job.exitValue(), () -> said(job));
        assertTrue(said(job).contains("[1] sum 3.0 of 2"), () -> said(job));
        assertFalse(said(job).contains("Read-only"), () -> said(job));
        assertEquals(before, files());
    }

    private Process readOnly(String... command) throws IOException {
        List<String> words = new ArrayList<>(List.of("unshare", "--mount"));
        if (!System.getProperty("user.name").equals("root")) {
            words.addAll(List.of("--user", "--map-root-user"));
        }
        String mount = "mount --bind \"$0\" \"$0\" && mount -o remount,bind,ro \"$0\" && exec \"$@\"";
        words.addAll(List.of("sh", "-c", mount, clone.toString()));
        words.addAll(List.of(command));
        return start(Map.of(), words.toArray(String[]::new));
    }

    private Map<Path, FileTime> files() throws IOException {
        Map<Path, FileTime> files = new TreeMap<>();
        try (Stream<Path> all = Files.walk(clone)) {
            for (Path file : all.toList()) {
                files.put(file, Files.getLastModifiedTime(file));
            }
        }
        return files;
    }
}
