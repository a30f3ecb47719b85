// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.train;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.bitreduce.launch.Launch;
import org.bitreduce.launch.QuickJvm;
import org.bitreduce.launch.mpj.MpjHome;
import org.junit.jupiter.api.io.TempDir;

/** Small runs of the command {@code train} in processes of their own, and what they say. */
abstract class TrainFixture {

    /** Ten steps an epoch with two ranks: ranks that share few cores spend their time on steps, not on what is in them. */
    static final List<String> SMALL = List.of("--task=synthetic", "--seed=3", "--dim=8", "--batch=100", "--lr=1");

    @TempDir
    Path folder;

    Process train(Path out, String... more) throws IOException {
        List<String> words = new ArrayList<>(SMALL);
        if (Stream.of(more).noneMatch(option -> option.startsWith("--np="))) {
            words.add("--np=2");
        }
        words.addAll(List.of(more));
        return trainOn(out, words);
    }

    /** Trains on whatever the words say. */
    Process trainOn(Path out, List<String> words) throws IOException {
        List<String> command = new ArrayList<>(List.of(Launch.java()));
        command.addAll(QuickJvm.launcherFlags());
        command.addAll(List.of(
                "-D" + MpjHome.PROPERTY + "=" + System.getProperty(MpjHome.PROPERTY, ""),
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                QuickJvm.classPath(),
                "org.bitreduce.launch.cli.Main",
                "train",
                "--resume=auto",
                "--out=" + out,
                "--jvm=-Xmx96m"));
        command.addAll(QuickJvm.rankOptions());
        command.addAll(words);
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()))
                .start();
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
