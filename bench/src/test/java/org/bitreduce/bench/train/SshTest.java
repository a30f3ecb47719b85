// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bitreduce.bench.peers.Tool;
import org.bitreduce.launch.ExitCode;
import org.bitreduce.launch.mpj.MpjHome;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Ranks of a machines file behind the real ssh and its server, on what is another host but for its address, see ssh-server. */
@Timeout(90)
class SshTest extends TrainFixture {

    private static final String NAMESPACES = "unshare --mount --uts --pid --fork --kill-child --mount-proc true";

    private Process server;

    @BeforeEach
    void serve() throws Exception {
        assumeTrue("root".equals(System.getProperty("user.name")), "skipped: a server in namespaces takes root");
        assumeTrue(
                Tool.find("ssh").isPresent()
                        && Tool.find("unshare").isPresent()
                        && Tool.run(Duration.ofSeconds(10), List.of(NAMESPACES.split(" ")))
                                .ok(),
                "skipped: no ssh, or no namespaces of unshare");
        Map<String, String> environment =
                new HashMap<>(RealPrograms.environment("openssh", "sshd", List.of("openssh-server")));
        CommandScript.write(folder);
        Path script = folder.resolve("ssh-server");
        try (InputStream text = SshTest.class.getResourceAsStream("ssh-server")) {
            CommandScript.write(script, new String(text.readAllBytes(), StandardCharsets.UTF_8));
        }
        int port = freePort();
        ProcessBuilder builder = new ProcessBuilder(script.toString(), folder.toString(), Integer.toString(port))
                .redirectErrorStream(true)
                .redirectOutput(log().toFile());
        builder.environment().putAll(environment);
        server = builder.start();
        while (!answers(port)) {
            assertTrue(server.isAlive(), this::logged);
            Thread.sleep(20); // not for ever: tests have a deadline
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static boolean answers(int port) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.getInputStream().read() >= 0;
        } catch (IOException e) {
            return false;
        }
    }

    @AfterEach
    void end() {
        if (server != null) {
            server.destroyForcibly(); // its namespace of processes goes with it
        }
    }

    /** Starts {@code bitreduce run} for ranks on hosts; the address is one of the loopback that is not the usual one. */
    private Process run(String via, List<String> machines, String... program) throws IOException {
        Path nodes = Files.write(folder.resolve("nodes"), machines);
        int np = machines.stream()
                .mapToInt(line -> Integer.parseInt(line.split(":")[1]))
                .sum();
        List<String> command = new ArrayList<>(List.of(
                folder.resolve("bitreduce").toString(),
                "run",
                "--via=" + via,
                "--np=" + np,
                "--machines=" + nodes,
                "--remote-shell=ssh -F " + folder.resolve("ssh_config") + " {host}",
                "--address=127.0.0.2",
                "--"));
        command.addAll(Arrays.asList(program));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()))
                .start();
    }

    @ParameterizedTest
    @CsvSource({"local:processes, a:2 b:1", "mpjrun:niodev, a:1 b:1", "mpjrun:hybrid, a:1 b:1"})
    void ranksRunBehindSshAndTheirWordsArrive(String via, String machines) throws Exception {
        assumeTrue(!via.startsWith("mpjrun") || MpjHome.available(), "skipped: no MPJ Express");
        List<String> hosts = List.of(machines.split(" "));
        String words = "it's a \"b  c\" $HOME";
        assertEquals(0, run(via, hosts, SumRanks.class.getName(), words).waitFor(), this::logged);
        int np = via.startsWith("mpjrun") ? 2 : 3;
        for (int rank = 0; rank < np; rank++) {
            assertTrue(logged().contains("[%d] rank %d of %d over ".formatted(rank, rank, np)), this::logged);
        }
        assertTrue(logged().contains(words), this::logged);
    }

    @ParameterizedTest
    @CsvSource({
        "closed, Connection refused",
        "strange, Host key verification failed",
        "unknown, 'Permission denied (publickey,password'"
    })
    void aHostThatLetsNobodyInIsNamed(String host, String reason) throws Exception {
        int code = run("local:processes", List.of("a:1", host + ":1"), SumRanks.class.getName())
                .waitFor();
        assertEquals(ExitCode.UNAVAILABLE, code, this::logged);
        assertTrue(logged().contains("ranks cannot be started on host " + host), this::logged);
        assertTrue(logged().contains(reason), this::logged);
    }

    /** The server's processes are in a namespace of their own, but this one sees them. */
    @Test
    void nothingStaysBehindWhenTheLauncherIsKilled() throws Exception {
        Process launcher = run("local:processes", List.of("a:2"), WaitingRanks.class.getName());
        try {
            awaitLog(launcher, "all are here");
            List<ProcessHandle> there = server.descendants()
                    .filter(process -> process.info().command().orElse("").endsWith("java"))
                    .toList();
            assertEquals(3, there.size(), "the agent and two ranks");
            launcher.destroyForcibly();
            for (ProcessHandle process : there) {
                process.onExit().join(); // not for ever: tests have a deadline
            }
        } finally {
            launcher.destroyForcibly();
        }
    }
}
