// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.hosts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.abort;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.bitreduce.bench.peers.Tool;
import org.bitreduce.bench.peers.Unavailable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(HostsTurn.class)
class HostsTest {

    private static final HostPlan TWO = new HostPlan(2, LinkRate.parse("1gbit"));

    private static boolean exists(int host) {
        return Files.exists(Path.of("/run/netns/bitreduce" + host));
    }

    private static Hosts open() throws Exception {
        if (exists(0)) {
            abort("skipped: this machine has hosts already, which are not the test's");
        }
        try {
            return Hosts.open(TWO);
        } catch (Unavailable e) {
            return abort("skipped: " + e.getMessage());
        }
    }

    @Test
    void hostsReachEachOtherAndGo() throws Exception {
        Hosts hosts = open();
        try {
            assertTrue(exists(0) && exists(1));
            List<String> look = new ArrayList<>(HostPlan.on(0));
            look.addAll(List.of("ip", "route", "get", HostPlan.address(1)));
            Tool.Result route = Tool.run(Duration.ofSeconds(10), look);
            assertTrue(route.text().startsWith("10.81.0.2 dev eth0 src 10.81.0.1"), route::text);
        } finally {
            hosts.close();
        }
        assertFalse(exists(0) || exists(1));
        assertFalse(Files.exists(Path.of("/sys/class/net", HostPlan.BRIDGE)));
    }

    @Test
    void whatRunsOnAHostEndsWithIt() throws Exception {
        Hosts hosts = open();
        Process process;
        try {
            List<String> sleep = new ArrayList<>(HostPlan.on(1));
            sleep.addAll(List.of("sleep", "600"));
            process = new ProcessBuilder(sleep).start();
            while (!process.info().command().orElse("").endsWith("sleep")) {
                Thread.sleep(5); // not for ever: tests have a deadline
            }
        } finally {
            hosts.close();
        }
        assertEquals(128 + 9, process.waitFor());
    }

    /** A run that was killed has left its hosts; the next one is not disturbed by them. */
    @Test
    void leftoversAreReplaced() throws Exception {
        open().close(); // skips the test where hosts cannot be
        Hosts.up(TWO);
        try {
            Hosts.open(new HostPlan(1, LinkRate.NONE)).close();
            assertFalse(exists(0) || exists(1));
        } finally {
            Hosts.down();
        }
    }

    @Test
    void whatTheKernelRefusesIsNamed() throws Exception {
        open().close();
        var e = assertThrows(Unavailable.class, () -> Hosts.up(new HostPlan(1, new LinkRate(1_000_000_000_000L))));
        assertTrue(e.getMessage().startsWith("the kernel refuses: command=ip netns exec bitreduce0 tc"), e::getMessage);
        assertFalse(exists(0), "nothing is left");
    }
}
