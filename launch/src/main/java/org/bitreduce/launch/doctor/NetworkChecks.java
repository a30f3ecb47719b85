// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.launch.doctor;

import java.io.IOException;
import java.net.InetAddress;
import java.util.List;
import java.util.stream.Collectors;

/** Whether ranks of other hosts can reach this one. */
final class NetworkChecks {

    private NetworkChecks() {}

    static List<Finding> hostName(Machine machine) {
        String name = machine.read("/proc/sys/kernel/hostname").strip();
        try {
            InetAddress address = machine.names().resolve(name);
            if (address.isLoopbackAddress()) {
                return List.of(Finding.warn(
                        "host name",
                        name + " leads to the loopback, " + address.getHostAddress()
                                + ": ranks of other hosts cannot reach it by its name",
                        "take " + name + " out of the line with " + address.getHostAddress()
                                + " in /etc/hosts, or give addresses (BITREDUCE_MEET, --address)"));
            }
            return List.of(Finding.ok("host name", name + " leads to " + address.getHostAddress()));
        } catch (IOException e) {
            return List.of(Finding.warn(
                    "host name",
                    name + " leads nowhere",
                    "add a line with this host's address and " + name + " to /etc/hosts"));
        }
    }

    static List<Finding> interfaces(Machine machine) {
        if (machine.addresses().isEmpty()) {
            return List.of(Finding.warn(
                    "addresses",
                    "this host has only its loopback: no jobs over several hosts",
                    "bring a network interface up"));
        }
        return List.of(Finding.ok(
                "addresses",
                machine.addresses().stream().map(InetAddress::getHostAddress).collect(Collectors.joining(", "))));
    }
}
