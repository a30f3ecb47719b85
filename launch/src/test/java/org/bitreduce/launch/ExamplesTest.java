// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.bitreduce.launch.mpj.MpjHome;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The library is installed by {@code mvn install}, the examples of the documentation are built against it by their own
 * {@code pom.xml}, run, and print what they should.
 */
@Timeout(300)
class ExamplesTest extends JobFixture {

    private static final String VERSION = "0.1.0-SNAPSHOT";
    private static final Path EXAMPLES = Path.of("..", "docs", "examples");

    @TempDir
    static Path folder;

    private static MavenRepository repository;

    private static Path built;

    @BeforeAll
    @Timeout(300) // that of the class is for tests only
    static void install() throws IOException, InterruptedException {
        Path maven = Path.of(System.getProperty("bitreduce.maven.home", ""));
        assumeTrue(
                Files.isExecutable(maven.resolve("bin/mvn")), "skipped: not started by Maven, or no mvn in " + maven);
        Path others = Path.of(System.getProperty("bitreduce.maven.repository", ""));
        repository = new MavenRepository(maven, others, folder);
        repository.install("bom", "mpj-signatures", "collectives");
        List<String> names = new ArrayList<>(List.of("smallest", "logistic-regression"));
        if (MpjHome.available()) {
            names.add("heat");
        }
        built = repository.build(
                names.stream().map(EXAMPLES::resolve).toList(), "-Dmpj.home=" + System.getProperty(MpjHome.PROPERTY));
    }

    private static Path collectives(String suffix) {
        return repository.artifact("org/bitreduce/bitreduce-collectives/" + VERSION + "/bitreduce-collectives-"
                + VERSION + suffix + ".jar");
    }

    private static Path jar(String example) {
        return built.resolve(example).resolve("target").resolve(example + "-1.jar");
    }

    private void run(Via via, int np, Path jar, String main, String... args) {
        Job job = Job.of(via, np, main, args)
                .withClassPath(jar.toString())
                .withJvmFlags(QUICK.toArray(String[]::new))
                .withTimeOut(Duration.ofSeconds(50));
        JobResult result = run(job);
        assertEquals(0, result.exitCode(), this::all);
    }

    private double number(String pattern) {
        Matcher matcher = Pattern.compile(pattern).matcher(output());
        assertTrue(matcher.find(), this::all);
        return Double.parseDouble(matcher.group(1));
    }

    @Test
    void installedJarsAreWhole() throws IOException {
        try (JarFile jar = new JarFile(collectives("").toFile())) {
            assertEquals(
                    "org.bitreduce.collectives",
                    jar.getManifest().getMainAttributes().getValue("Automatic-Module-Name"));
            assertTrue(
                    jar.stream().noneMatch(entry -> entry.getName().startsWith("mpi/")), "MPJ's classes are not ours");
        }
        try (JarFile jar = new JarFile(collectives("-sources").toFile())) {
            assertNotNull(jar.getEntry("org/bitreduce/Communicator.java"));
        }
        try (JarFile jar = new JarFile(collectives("-javadoc").toFile())) {
            assertNotNull(jar.getEntry("org.bitreduce.collectives/org/bitreduce/Communicator.html"));
        }
    }

    @Test
    void smallest() {
        run(Via.LOCAL_PROCESSES, 3, jar("smallest"), "Smallest");
        assertEquals(1, number("\\[2\\] mean (\\S+) "), 0.5);
    }

    @Test
    void logisticRegressionLearns() throws IOException {
        try (Stream<String> lines =
                Files.lines(EXAMPLES.resolve("logistic-regression/src/main/java/LogisticRegression.java"))) {
            assertTrue(lines.count() <= 60, "an example of at most 60 lines");
        }
        run(Via.LOCAL_PROCESSES, 2, jar("logistic-regression"), "LogisticRegression", "4");
        assertTrue(number("\\[0\\] step 60: (\\S+) %") > 90, this::all);
    }

    @Test
    void heatKeepsItsError() {
        assumeTrue(MpjHome.available(), "skipped: no MPJ Express at " + System.getProperty(MpjHome.PROPERTY));
        run(Via.MPJRUN_MULTICORE, 3, jar("heat"), "Heat", "200");
        double error = number("relative error (\\S+) ");
        assertTrue(error > 0 && error <= 1e-3, this::all);
        assertTrue(number("iteration 200: residual (\\S+)") < number("iteration 100: residual (\\S+)"), this::all);
    }

    /** A program without the launcher and without MPJ Express, with the library as a module. */
    @Test
    void runsOnTheModulePath() throws IOException, InterruptedException {
        Path agrona;
        try (Stream<Path> jars = Files.find(
                repository.artifact("org/agrona"),
                4,
                (path, is) -> path.toString().endsWith(".jar"))) {
            agrona = jars.findFirst().orElseThrow();
        }
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--module-path=" + collectives("") + File.pathSeparator + agrona,
                "--add-modules=org.bitreduce.collectives,jdk.incubator.vector",
                "--enable-native-access=org.bitreduce.collectives",
                "-cp",
                jar("smallest").toString(),
                "Smallest");
        Path log = folder.resolve("modules.log");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            assertTrue(process.waitFor(60, TimeUnit.SECONDS), "no end of " + command);
        } finally {
            process.destroyForcibly().waitFor();
        }
        String printed = Files.readString(log);
        assertEquals(0, process.exitValue(), printed);
        assertTrue(printed.contains("mean 0.00 1.00 -1.00, 0 bytes sent"), printed);
    }
}
