// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.bitreduce.launch.hosts.Machines;
import org.bitreduce.transport.TransportKind;
import org.bitreduce.transport.shm.Host;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Jobs over hosts of a machines file, whose remote shell leads to this host. */
@Timeout(120)
class MachinesJobTest extends JobFixture {

    private static Network network(int... slots) {
        Map<String, Integer> hosts = new LinkedHashMap<>();
        for (int slot : slots) {
            hosts.put("host" + hosts.size(), slot);
        }
        return new Network(
                TransportKind.TCP, "", "", "127.0.0.1", 1, new Machines(hosts, "env BITREDUCE_TEST_HOST={host}"));
    }

    /** An address of this host must be found although none is given: localhost leads to the loopback. */
    private static Network localhost(int slots) {
        return new Network(
                TransportKind.TCP,
                "",
                "",
                "127.0.0.1",
                1,
                new Machines(Map.of("localhost", slots), "env BITREDUCE_TEST_HOST={host}"));
    }

    @ParameterizedTest
    @EnumSource(names = {"LOCAL_PROCESSES", "MPJRUN_NIODEV", "MPJRUN_HYBRID"})
    void ranksOfThreeHostsAddUp(Via via) {
        Network network = new Network(
                TransportKind.TCP, "", "", "127.0.0.2", 1, network(2, 1, 1).machines());
        JobResult result = run(job(via, 4, Adder.class, "x y").withNetwork(network));
        assertEquals("", result.message(), this::all);
        for (int rank = 0; rank < 4; rank++) {
            assertTrue(output().contains("[" + rank + "] sum 10.0 of 4 with x y\n"), this::all);
            assertTrue(output().contains("[" + rank + "] over tcp\n"), this::all);
        }
    }

    @Test
    void theAddressIsFound() {
        JobResult result = run(job(Via.LOCAL_PROCESSES, 2, Adder.class).withNetwork(localhost(2)));
        assertEquals("", result.message(), this::all);
        assertTrue(output().contains("[1] sum 3.0 of 2 with"), this::all);
    }

    /** At once, and before anything is started anywhere: MPJ Express's ranks would be waited for. */
    @ParameterizedTest
    @EnumSource(names = {"LOCAL_PROCESSES", "MPJRUN_NIODEV", "MPJRUN_HYBRID"})
    void anAddressThatCannotBeFoundIsAskedFor(Via via, @TempDir Path folder) {
        Path started = folder.resolve("started");
        Machines machines = new Machines(Map.of("no-such-host.invalid", 2), "touch " + started + " {host}");
        Job job =
                job(via, 2, Adder.class).withNetwork(new Network(TransportKind.TCP, "", "", "127.0.0.1", 1, machines));
        var e = assertThrows(LaunchException.class, () -> run(job));
        assertEquals(ExitCode.USAGE, e.exitCode());
        assertTrue(e.getMessage().contains("hosts=[no-such-host.invalid]; give --address"), e.getMessage());
        assertFalse(Files.exists(started), this::all);
    }

    /** {@code bitreduce run} over hosts a and b, in a folder of its own, with a script as the remote shell. */
    private static Process launcher(Path folder, String shell, Class<?> main) throws IOException {
        Path script = Files.writeString(folder.resolve("shell"), "#!/bin/sh\n" + shell + "\n");
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
        Path nodes = Files.writeString(folder.resolve("nodes"), "a\nb\n");
        return new ProcessBuilder(
                        Launch.java(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "org.bitreduce.launch.cli.Main",
                        "run",
                        "--np=2",
                        "--jvm=-Xmx64m",
                        "--machines=" + nodes,
                        "--remote-shell=" + script + " {host}",
                        "--address=127.0.0.2",
                        main.getName())
                .directory(Files.createDirectory(folder.resolve("here")).toFile())
                .redirectErrorStream(true)
                .start();
    }

    /** The remote shells hang, as at a login that answers nothing; the launcher is ended meanwhile. */
    @Test
    void aSignalBeforeThereAreAgentsLeavesNothing(@TempDir Path folder) throws Exception {
        Process launcher = launcher(folder, "touch " + folder + "/$1; exec sleep 600", Adder.class);
        try {
            while (!Files.exists(folder.resolve("a")) || !Files.exists(folder.resolve("b"))) {
                assertTrue(launcher.isAlive());
                Thread.sleep(10); // not for ever: tests have a deadline
            }
            List<ProcessHandle> shells = launcher.descendants().toList();
            assertTrue(shells.size() >= 2, shells::toString);
            launcher.destroy();
            assertEquals(ExitCode.SIGNAL + 15, launcher.waitFor());
            for (ProcessHandle shell : shells) {
                while (ProcessEnder.isRunning(shell)) {
                    Thread.sleep(10);
                }
            }
            try (Stream<Path> files = Files.list(Path.of("/dev/shm"))) {
                String mark = "-" + launcher.pid() + "-";
                assertFalse(files.anyMatch(file -> file.toString().contains(mark)));
            }
        } finally {
            launcher.descendants().forEach(ProcessHandle::destroyForcibly);
            launcher.destroyForcibly();
        }
    }

    /** The remote shell to b removes the folder in which the job was started, as if b had none. */
    @Test
    void aFolderThatAHostLacksIsNamed(@TempDir Path folder) throws Exception {
        String shell = "[ $1 = a ] || rmdir " + folder + "/here; cd /; shift; exec \"$@\"";
        Process launcher = launcher(folder, shell, Actor.class);
        try {
            String said = new String(launcher.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertEquals(127, launcher.waitFor(), said);
            String message =
                    "the folder that ranks are started in is not on host %s: folder=%s; start them in one that all hosts have"
                            .formatted(Host.NAME, folder.resolve("here"));
            assertTrue(said.contains(message), said);
            assertTrue(said.contains("did not come up: its JVM exited with code 127"), said);
            assertFalse(said.contains("\tat "), said);
        } finally {
            launcher.destroyForcibly();
        }
    }

    /** As ssh does it: the words are joined by blanks and a shell takes them apart again. */
    @Test
    void aRemoteShellMayTakeWordsApart(@TempDir Path folder) throws Exception {
        Process launcher = launcher(folder, "shift; exec sh -c \"$*\"", Adder.class);
        try {
            String said = new String(launcher.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertEquals(0, launcher.waitFor(), said);
            assertTrue(said.contains("[1] sum 3.0 of 2 with"), said);
        } finally {
            launcher.destroyForcibly();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"LOCAL_PROCESSES", "MPJRUN_NIODEV"})
    void aRankThatIsKilledEndsTheJobAndIsNamed(Via via) {
        Job job = job(via, 3, Actor.class).withNetwork(localhost(3)).withJvmFlags("-Dactor=kill");
        JobResult result = run(job);
        assertEquals(128 + 9, result.exitCode(), this::all);
        assertTrue(result.message().matches("rank 2 \\(pid [0-9]+\\) was killed by signal 9.*"), result::message);
    }

    @Test
    void aHostThatDiesEndsTheJobAndIsNamed() {
        Job job = job(Via.LOCAL_PROCESSES, 3, Actor.class)
                .withNetwork(new Network(
                        TransportKind.TCP, "", "", "127.0.0.2", 1, network(2, 1).machines()))
                .withJvmFlags("-Dactor=host dies");
        JobResult result = run(job);
        assertEquals(ExitCode.RANK_FAILED, result.exitCode(), this::all);
        assertTrue(result.message().startsWith("rank 2 (pid "), result::message);
        assertTrue(errors().contains("host host1 is lost: the remote shell was killed by signal 9"), this::all);
    }

    @Test
    void whatDoesNotGoTogetherIsRefused() {
        Job job = Job.of(Via.MPJRUN_MULTICORE, 2, "Main");
        refused(
                "goes with local:processes, mpjrun:niodev and mpjrun:hybrid only",
                job,
                new Network(
                        TransportKind.AUTO, "", "", "127.0.0.1", 1, network(2).machines()));
        Job hybrid = Job.of(Via.MPJRUN_HYBRID, 4, "Main");
        refused("np=4, hosts=[host0, host1, host1, host1]", hybrid, network(1, 3));
        refused("fewer slots than there are ranks: np=4, slots=3", hybrid, network(2, 1));
        Job processes = Job.of(Via.LOCAL_PROCESSES, 2, "Main");
        Machines two = network(1, 1).machines();
        refused("share no memory", processes, new Network(TransportKind.SHARED_MEMORY, "", "", "127.0.0.1", 1, two));
        refused("not both", processes, new Network(TransportKind.TCP, "nice", "", "127.0.0.1", 1, two));
    }

    private static void refused(String message, Job job, Network network) {
        var e = assertThrows(IllegalArgumentException.class, () -> job.withNetwork(network));
        assertTrue(e.getMessage().contains(message), e.getMessage());
    }
}
