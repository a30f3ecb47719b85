// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.hosts;

import java.util.ArrayList;
import java.util.List;

/**
 * The commands that make hosts and take them away. Hosts are the namespaces {@code bitreduce0}, {@code bitreduce1}, …, with
 * addresses from 10.81.0.1 on; a bridge, {@code bitreduce-br}, joins them and this machine, 10.81.0.254.
 *
 * @param hosts how many, 1 to {@value #MOST}
 * @param link speed of each host's link, in either direction
 */
public record HostPlan(int hosts, LinkRate link) {

    /** The most hosts that a plan can have. */
    public static final int MOST = 64;

    /** The bridge, which is also this machine's own interface to the hosts. */
    public static final String BRIDGE = "bitreduce-br";

    /** What the names of namespaces begin with. */
    static final String PREFIX = "bitreduce";

    /** All addresses. */
    public static final String NETWORK = "10.81.0.0/24";

    private static final String ADDRESS = "10.81.0.";

    /** Checks the number. */
    public HostPlan {
        if (hosts < 1 || hosts > MOST) {
            throw new IllegalArgumentException("--hosts must be 1 to %d: hosts=%d".formatted(MOST, hosts));
        }
    }

    /** {@return this machine's address as the hosts see it} */
    public static String ownAddress() {
        return ADDRESS + "254";
    }

    /**
     * {@return a host's address}
     *
     * @param host from 0
     */
    public static String address(int host) {
        return ADDRESS + (host + 1);
    }

    /**
     * {@return the words to put before a command that is to run on a host}
     *
     * @param host its number, or what stands for it
     */
    public static List<String> on(Object host) {
        return List.of("ip", "netns", "exec", PREFIX + host);
    }

    private static String port(int host) {
        return PREFIX + "-v" + host;
    }

    /** {@return the commands that make the hosts, in order} */
    List<List<String>> up() {
        List<List<String>> commands = new ArrayList<>();
        add(commands, "ip link add %s type bridge".formatted(BRIDGE));
        add(commands, "ip addr add %s/24 dev %s".formatted(ownAddress(), BRIDGE));
        add(commands, "ip link set %s up".formatted(BRIDGE));
        for (int host = 0; host < hosts; host++) {
            String name = PREFIX + host;
            add(commands, "ip netns add %s".formatted(name));
            add(commands, "ip link add %s type veth peer name eth0 netns %s".formatted(port(host), name));
            add(commands, "ip link set %s master %s up".formatted(port(host), BRIDGE));
            add(commands, "ip -n %s addr add %s/24 dev eth0".formatted(name, address(host)));
            add(commands, "ip -n %s link set lo up".formatted(name));
            add(commands, "ip -n %s link set eth0 up".formatted(name));
            // bbr, the usual one of some machines, paces by itself and gives unsteady figures
            add(commands, "ip netns exec %s sysctl -qw net.ipv4.tcp_congestion_control=reno".formatted(name));
            if (link.isLimited()) {
                shape(commands, "ip netns exec %s tc".formatted(name), "eth0");
                shape(commands, "tc", port(host));
            }
        }
        return commands;
    }

    private void shape(List<List<String>> commands, String tc, String device) {
        add(commands, "%s qdisc add dev %s root handle 1: htb default 1 r2q 5000".formatted(tc, device));
        add(
                commands,
                "%s class add dev %s parent 1: classid 1:1 htb rate %s ceil %s burst %d cburst %d quantum 60000"
                        .formatted(tc, device, link, link, link.burstBytes(), link.burstBytes()));
    }

    /** {@return whether a namespace is one of these hosts} */
    static boolean isOwn(String namespace) {
        return namespace.matches(PREFIX + "[0-9]+");
    }

    /**
     * {@return the commands that take away what is there}
     *
     * @param namespaces names of all namespaces
     */
    static List<List<String>> down(List<String> namespaces) {
        List<List<String>> commands = new ArrayList<>();
        for (String name : namespaces) {
            if (isOwn(name)) {
                add(commands, "ip link del %s-v%s".formatted(PREFIX, name.substring(PREFIX.length())));
                add(commands, "ip netns del %s".formatted(name));
            }
        }
        add(commands, "ip link del %s".formatted(BRIDGE));
        return commands;
    }

    private static void add(List<List<String>> commands, String command) {
        commands.add(List.of(command.split(" ")));
    }
}
