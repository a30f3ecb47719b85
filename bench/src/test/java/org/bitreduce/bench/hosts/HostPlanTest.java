// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.hosts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.bitreduce.bench.peers.Unavailable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostPlanTest {

    private static List<String> lines(List<List<String>> commands) {
        return commands.stream().map(command -> String.join(" ", command)).toList();
    }

    @Test
    void linksAreShapedAtBothEnds() {
        List<String> up = lines(new HostPlan(3, LinkRate.parse("1gbit")).up());
        assertTrue(up.contains("ip -n bitreduce2 addr add 10.81.0.3/24 dev eth0"), up::toString);
        String shape = " parent 1: classid 1:1 htb rate 1gbit ceil 1gbit burst 16384 cburst 16384 quantum 60000";
        for (int host = 0; host < 3; host++) {
            assertTrue(up.contains("tc class add dev bitreduce-v" + host + shape), up::toString);
            assertTrue(up.contains("ip netns exec bitreduce" + host + " tc class add dev eth0" + shape), up::toString);
        }
        assertFalse(String.join("\n", lines(new HostPlan(3, LinkRate.NONE).up()))
                .contains("tc "));
    }

    /** Names of interfaces have 15 characters at most. */
    @Test
    void namesFitTheKernel() {
        for (List<String> command : new HostPlan(HostPlan.MOST, LinkRate.NONE).up()) {
            command.stream()
                    .filter(word -> word.startsWith("bitreduce"))
                    .forEach(word -> assertTrue(word.length() <= 15, word));
        }
        assertThrows(IllegalArgumentException.class, () -> new HostPlan(HostPlan.MOST + 1, LinkRate.NONE));
        assertThrows(IllegalArgumentException.class, () -> new HostPlan(0, LinkRate.NONE));
    }

    @Test
    void onlyOwnNamespacesAreRemoved() {
        assertEquals(
                List.of("ip link del bitreduce-v7", "ip netns del bitreduce7", "ip link del bitreduce-br"),
                lines(HostPlan.down(List.of("bitreduce7", "bitreduce-x", "mpj0", "xbitreduce1"))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1gbit", "10gbit", "100mbit", "2500mbit", "none"})
    void ratesAreWrittenAsTheyAreRead(String text) {
        assertEquals(text, LinkRate.parse(text).toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0gbit", "1Gbit", "1gbps", "-1gbit", "1.5gbit", "9999999gbit"})
    void wrongRatesAreNamed(String text) {
        var e = assertThrows(IllegalArgumentException.class, () -> LinkRate.parse(text));
        assertTrue(e.getMessage().endsWith("link=" + text), e::getMessage);
    }

    @Test
    void burstsGrowWithTheRate() {
        assertEquals(16 << 10, LinkRate.parse("100mbit").burstBytes());
        assertEquals(162_500, LinkRate.parse("10gbit").burstBytes());
    }

    @Test
    void reportsOfIperf() throws Exception {
        assertEquals(0.118, LineRate.parse("{\"end\": {\"sum_received\": {\"bits_per_second\": 944000000.0}}}"), 1e-9);
        var refused = assertThrows(Unavailable.class, () -> LineRate.parse("{\"error\": \"unable to connect\"}"));
        assertEquals("iperf3 measured nothing: unable to connect", refused.getMessage());
        var noJson = assertThrows(Unavailable.class, () -> LineRate.parse("iperf3: no such option\n"));
        assertEquals("iperf3 says: iperf3: no such option", noJson.getMessage());
    }
}
