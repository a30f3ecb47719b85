// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.bitreduce.bench.peers.Tool;
import org.bitreduce.launch.ExitCode;
import org.bitreduce.transport.shm.Host;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A job over two hosts, of which the second, in a namespace of its own, lacks something that the first has. */
@Timeout(60)
class LackingHostTest extends TrainFixture {

    private Process trainWithout(Path lacking, String... words) throws Exception {
        assumeTrue(
                Tool.find("unshare").isPresent()
                        && Tool.run(
                                        Duration.ofSeconds(10),
                                        List.of("unshare", "-m", "mount", "-t", "tmpfs", "none", "/mnt"))
                                .ok(),
                "skipped: no mount namespaces here");
        Path shell = folder.resolve("shell");
        CommandScript.write(shell, """
                #!/bin/sh
                host=$1; shift
                [ $host = a ] || exec unshare -m sh -c 'mount -t tmpfs none "$0" && exec "$@"' '%s' "$@"
                exec "$@"
                """.formatted(lacking));
        Path nodes = Files.writeString(folder.resolve("nodes"), "a\nb\n");
        List<String> all = new ArrayList<>(List.of(
                "--np=2",
                "--via=local:processes",
                "--machines=" + nodes,
                "--remote-shell=" + shell + " {host}",
                "--address=127.0.0.2"));
        all.addAll(List.of(words));
        return trainOn(folder.resolve("run"), all);
    }

    /** The job says it once, whichever rank it is, and the ranks that have the data do not wait for a deadline. */
    @Test
    void dataThatOneHostLacksIsNamedOnce() throws Exception {
        Path data = Files.createDirectory(folder.resolve("data"));
        StringBuilder texts = new StringBuilder();
        for (int i = 0; i < 100; i++) {
            texts.append(i % 2 == 0 ? "up,rise climb soar\n" : "down,fall sink drop\n");
        }
        Files.writeString(data.resolve("train.csv"), texts);
        Files.writeString(data.resolve("test.csv"), texts);
        Process run = trainWithout(data, "--task=text", "--data=" + data, "--batch=5", "--epochs=1");
        assertEquals(ExitCode.UNAVAILABLE, run.waitFor(), this::logged);
        Pattern message = Pattern.compile("(?m)^bitreduce: rank 1 on host \\Q%s\\E cannot use its data: .*\\Q%s\\E.*$"
                .formatted(Host.NAME, data));
        assertEquals(1, message.matcher(logged()).results().count(), this::logged);
        assertEquals(2, logged().split("cannot use its data", -1).length, this::logged);
        assertFalse(logged().contains("\tat ") || logged().contains("Exception in "), this::logged);
    }

    /** All ranks find the same, and one message says it. */
    @Test
    void damagedDataIsNamedOnce() throws Exception {
        Path data = Files.createDirectory(folder.resolve("data"));
        Files.writeString(data.resolve("train.jsonl"), "{\"label\": \"up\", \"text\": \"rise\"}\n{\"label\":");
        Files.writeString(data.resolve("test.jsonl"), "{\"label\": \"up\", \"text\": \"rise\"}\n");
        Process run = trainOn(
                folder.resolve("run"), List.of("--np=2", "--via=local:processes", "--task=text", "--data=" + data));
        assertEquals(ExitCode.DATA, run.waitFor(), this::logged);
        Pattern message = Pattern.compile(
                "(?m)^bitreduce: rank 0 on host .* cannot use its data: .*train.jsonl.*line 2.*; ranks \\[1] complain too$");
        assertEquals(1, message.matcher(logged()).results().count(), this::logged);
        assertFalse(logged().contains("\tat ") || logged().contains("Exception in "), this::logged);
    }

    /** The folder of the JDK, which stands for that of the installation too: neither need be there. */
    @Test
    void aJdkThatOneHostLacksIsNamed() throws Exception {
        Process run = trainWithout(Path.of(System.getProperty("java.home")), "--task=synthetic", "--epochs=1");
        assertEquals(ExitCode.UNAVAILABLE, run.waitFor(), this::logged);
        Pattern message = Pattern.compile(
                "(?m)^bitreduce: ranks cannot be started on host b: .*\\Q%s\\E/bin/java.*(not found|No such file).*same paths$"
                        .formatted(System.getProperty("java.home")));
        assertEquals(1, message.matcher(logged()).results().count(), this::logged);
        assertFalse(logged().contains("\tat "), this::logged);
    }
}
