// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.launch.hosts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.bitreduce.launch.LaunchException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(20)
class MachinesTest {

    private static Machines parse(String... lines) {
        return Machines.parse(List.of(lines), "nodes", Machines.USUAL_SHELL);
    }

    @Test
    void everyFormCounts() {
        Machines machines = parse(
                "# the quick ones",
                "",
                "  node1  ",
                "node2:2 # two",
                "10.0.0.7 slots=3",
                "n-4.site.org   slots = 1",
                "[fe80::1]:2");
        assertEquals(
                List.of(
                        "node1",
                        "node2",
                        "node2",
                        "10.0.0.7",
                        "10.0.0.7",
                        "10.0.0.7",
                        "n-4.site.org",
                        "fe80::1",
                        "fe80::1"),
                machines.hosts(9));
        assertEquals(List.of("node1", "node2"), machines.hosts(2));
    }

    @Test
    void aNameThatComesAgainAddsSlots() {
        assertEquals(List.of("a", "a", "a", "b"), parse("a", "b", "a:2").hosts(4));
    }

    @ParameterizedTest
    @CsvSource({
        "node:0, 'slots must be a number from 1 to 65536, not 0'",
        "node:-1, 'slots must be a number from 1 to 65536, not -1'",
        "node:many, 'slots must be a number from 1 to 65536, not many'",
        "node:99999999999, 'slots must be a number from 1 to 65536, not 99999999999'",
        "node slots=, not a host",
        "node slots=1.5, 'slots must be a number from 1 to 65536, not 1.5'",
        "node cpu=4, not a host",
        "two names, not a host",
        "-oProxyCommand=evil, not a host",
        "$(evil), not a host",
        "node;evil, not a host",
        "::1, not a host"
    })
    void aWrongLineIsNamedWithItsNumber(String line, String reason) {
        var e = assertThrows(LaunchException.class, () -> parse("good", "# comment", line, "good2"));
        assertEquals(64, e.exitCode());
        assertTrue(e.getMessage().startsWith("nodes, line 3: " + reason), e.getMessage());
        assertTrue(e.getMessage().endsWith(": " + line.strip()), e.getMessage());
    }

    @Test
    void moreRanksThanSlotsIsRefused() {
        var e = assertThrows(
                IllegalArgumentException.class, () -> parse("a:2", "b").hosts(4));
        assertEquals(
                "the machines file has fewer slots than there are ranks: np=4, slots=3, hosts={a=2, b=1}; add hosts, or slots as in a:4",
                e.getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "# only a comment\n\n"})
    void aFileWithoutHostsIsRefused(String content, @TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("nodes"), content);
        var e = assertThrows(LaunchException.class, () -> Machines.read(file, Machines.USUAL_SHELL));
        assertEquals("the machines file names no host: machines=" + file, e.getMessage());
    }

    @Test
    void aMissingFileAndOneThatIsNoTextAreRefused(@TempDir Path folder) throws Exception {
        Path none = folder.resolve("none");
        var missing = assertThrows(LaunchException.class, () -> Machines.read(none, Machines.USUAL_SHELL));
        assertEquals("there is no such machines file: machines=" + none, missing.getMessage());
        Path binary = Files.write(folder.resolve("binary"), new byte[] {'a', (byte) 0xff, (byte) 0xfe});
        var wrong = assertThrows(LaunchException.class, () -> Machines.read(binary, Machines.USUAL_SHELL));
        assertEquals("the machines file is not a text: machines=" + binary, wrong.getMessage());
    }

    @Test
    void aRemoteShellNamesTheHost() {
        assertEquals(
                List.of("ip", "netns", "exec", "n7"),
                Machines.parse(List.of("n7"), "nodes", " ip netns  exec {host}").shell("n7"));
        var e = assertThrows(IllegalArgumentException.class, () -> Machines.parse(List.of("a"), "nodes", "ssh"));
        assertTrue(e.getMessage().contains("remoteShell=ssh, for example=ssh "), e.getMessage());
    }
}
