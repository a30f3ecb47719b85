// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.launch;

import static java.nio.file.attribute.PosixFilePermissions.fromString;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.bitreduce.launch.mpj.MpjHome;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code ./bitreduce} itself in a small clone. Maven is a script that puts jars there which lead to the classes of these
 * tests, so that jobs really run.
 */
abstract class CloneFixture {

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
    Path folder;

    private final List<Process> started = new ArrayList<>();
    Path clone;

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

    Process start(Map<String, String> environment, String... command) throws IOException {
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

    Process bitreduce(String... words) throws IOException {
        return bitreduce(Map.of(), words);
    }

    Process bitreduce(Map<String, String> environment, String... words) throws IOException {
        return start(
                environment,
                Stream.concat(Stream.of(clone.resolve("bitreduce").toString()), Stream.of(words))
                        .toArray(String[]::new));
    }

    String said(Process process) {
        try {
            return Files.readString(folder.resolve("out-" + started.indexOf(process) + ".txt"));
        } catch (IOException e) {
            return e.toString();
        }
    }

    /** Writes a program that the clone finds on its PATH. */
    Path script(String name, String text) throws IOException {
        Path script = Files.writeString(folder.resolve("bin").resolve(name), "#!/bin/bash\n" + text);
        return Files.setPosixFilePermissions(script, fromString("rwxr-xr-x"));
    }
}
