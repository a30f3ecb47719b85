// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.train;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.bitreduce.launch.Launch;
import org.bitreduce.launch.mpj.MpjHome;
import org.junit.jupiter.api.io.TempDir;

/** Small runs of the command {@code train} in processes of their own, and what they say. */
abstract class TrainFixture {

    static final List<String> SMALL = List.of("--task=synthetic", "--seed=3", "--dim=8", "--batch=20", "--lr=1");

    /** For ranks: C2 alone takes two thirds of what such a run takes; its kernels give the same bits. */
    private static final List<String> QUICK =
            List.of("--jvm=-Xmx96m", "--jvm=-XX:TieredStopAtLevel=1", "--jvm=-XX:+UseSerialGC");

    @TempDir
    Path folder;

    Process train(Path out, String... more) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Launch.java(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-D" + MpjHome.PROPERTY + "=" + System.getProperty(MpjHome.PROPERTY, ""),
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                classPath(),
                "org.bitreduce.launch.cli.Main",
                "train",
                "--resume=auto",
                "--out=" + out));
        command.addAll(QUICK);
        command.addAll(SMALL);
        if (Stream.of(more).noneMatch(option -> option.startsWith("--np="))) {
            command.add("--np=2");
        }
        command.addAll(List.of(more));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()))
                .start();
    }

    /** Without the signatures that the adapter of MPJ Express is compiled against, which would hide the real classes. */
    private static String classPath() {
        return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> !entry.contains("mpj-signatures"))
                .collect(Collectors.joining(File.pathSeparator));
    }

    Path log() {
        return folder.resolve("log");
    }

    String logged() {
        try {
            return Files.exists(log()) ? Files.readString(log(), StandardCharsets.UTF_8) : "";
        } catch (IOException e) {
            return e.toString();
        }
    }

    void awaitLog(Process process, String words) throws InterruptedException {
        while (process.isAlive() && !logged().contains(words)) {
            Thread.sleep(20); // not for ever: tests have a deadline
        }
    }

    static String digest(Path out) throws IOException {
        return Files.readString(out.resolve("report.json"))
                .replaceAll("(?s).*\"parameters_sha256\"\\s*:\\s*\"([0-9a-f]{64})\".*", "$1");
    }
}
