// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.launch.hosts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.bitreduce.launch.JobStatus;
import org.bitreduce.launch.LaunchException;
import org.bitreduce.launch.rank.Wire;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A real agent in a process of its own, behind a remote shell that leads to this host. */
@Timeout(60)
class RemoteHostTest implements RankHosts.Listener {

    @TempDir
    private Path folder;

    private final List<String> notes = new CopyOnWriteArrayList<>();

    @BeforeEach
    void writeToken() throws IOException {
        Files.writeString(folder.resolve(Wire.TOKEN), "the token");
    }

    @Override
    public void line(InputStream line) {
        throw new AssertionError("no rank connects");
    }

    @Override
    public void note(String text) {
        notes.add(text);
    }

    private RankHosts open(String shell) throws IOException {
        Machines machines = Machines.parse(List.of("a", "b"), "nodes", shell);
        return RankHosts.remote(machines, 2, folder, this);
    }

    private static Process sh(RankHost host, String script) throws IOException {
        return host.start(List.of("sh", "-c", script), Map.of("BITREDUCE_TEST", "a b"));
    }

    private static String firstLine(InputStream in) throws IOException {
        return new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8)).readLine();
    }

    @Test
    void processesRunPrintAndEnd() throws Exception {
        try (RankHosts hosts = open("env HOST={host}")) {
            Process process = sh(hosts.of(1), "echo $HOST $BITREDUCE_TEST; echo wrong >&2; exit 7");
            assertEquals("b a b", firstLine(process.getInputStream()));
            assertEquals("wrong", firstLine(process.getErrorStream()));
            assertEquals(7, process.waitFor());
            assertEquals(-1, process.pid());
            Process none = hosts.of(0).start(List.of("/no/such/command"), Map.of());
            assertTrue(firstLine(none.getErrorStream()).contains("/no/such/command"));
            assertEquals(127, none.waitFor());
            Process signalled = sh(hosts.of(0), "echo up; exec sleep 600");
            assertEquals("up", firstLine(signalled.getInputStream()));
            signalled.toHandle().destroy();
            assertEquals(128 + 15, signalled.waitFor());
        }
        assertEquals(List.of(), notes);
    }

    @Test
    void filesArriveForTheirUserOnly() throws Exception {
        Path file = Files.createDirectories(folder.resolve("ranks")).resolve("secret");
        Files.write(file, new byte[] {0, 1, -1});
        Path there;
        try (RankHosts hosts = open("env HOST={host}")) {
            there = hosts.of(0).share(file);
            sh(hosts.of(0), "true").waitFor(); // what was sent before has been done
            sh(hosts.of(1), "true").waitFor();
            assertEquals(List.of((byte) 0, (byte) 1, (byte) -1), bytes(there));
            assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(there)));
            assertEquals("the token", Files.readString(hosts.of(1).supervisor().resolve(Wire.TOKEN)));
        }
        assertFalse(Files.exists(there.getParent().getParent()), "the agent's folder is gone");
    }

    private static List<Byte> bytes(Path file) throws IOException {
        byte[] content = Files.readAllBytes(file);
        return List.of(content[0], content[1], content[2]);
    }

    @Test
    void nothingOutlivesTheLine() throws Exception {
        Process sleep;
        ProcessHandle there;
        try (RankHosts hosts = open("env HOST={host}")) {
            sleep = sh(hosts.of(0), "echo $$; exec sleep 600");
            there = ProcessHandle.of(Long.parseLong(firstLine(sleep.getInputStream())))
                    .orElseThrow();
            assertTrue(there.isAlive());
        }
        there.onExit().join();
        sleep.waitFor();
    }

    @Test
    void aHostThatIsLostIsTold() throws Exception {
        try (RankHosts hosts = open("env HOST={host}")) {
            Process process = sh(hosts.of(1), "echo $PPID; exec sleep 60");
            ProcessHandle.of(Long.parseLong(firstLine(process.getInputStream())))
                    .orElseThrow()
                    .destroyForcibly();
            assertEquals(JobStatus.UNKNOWN, process.waitFor());
            assertFalse(process.isAlive());
            Process other = sh(hosts.of(0), "exit 3");
            assertEquals(3, other.waitFor(), "the other host is well");
        }
        assertEquals(List.of("host b is lost: the remote shell was killed by signal 9 (SIGKILL)"), notes);
    }

    @Test
    void whatLoginScriptsPrintIsPassedOver() throws Exception {
        Path shell = script("echo 'Welcome to '$1; printf 'no end of line '; shift; exec \"$@\"");
        try (RankHosts hosts = open(shell + " {host}")) {
            assertEquals(5, sh(hosts.of(0), "exit 5").waitFor());
        }
    }

    @Test
    void aHostThatCannotBeReachedIsNamed() throws Exception {
        Path shell = script("if [ $1 = b ]; then echo \"connect to host $1: No route to host\" >&2; exit 255; fi\n"
                + "shift; exec \"$@\"");
        var e = assertThrows(LaunchException.class, () -> open(shell + " {host}"));
        assertEquals(69, e.exitCode());
        assertTrue(
                e.getMessage()
                        .startsWith("ranks cannot be started on host b: the remote shell exited with code 255: connect"
                                + " to host b: No route to host; the remote shell must"),
                e.getMessage());
    }

    @Test
    void aShellThatIsNotThereIsNamed() {
        var e = assertThrows(LaunchException.class, () -> open("no-such-shell {host}"));
        assertTrue(e.getMessage().contains("no-such-shell"), e.getMessage());
    }

    private Path script(String text) throws IOException {
        Path script = Files.writeString(folder.resolve("shell"), "#!/bin/sh\n" + text + "\n");
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
        return script;
    }
}
