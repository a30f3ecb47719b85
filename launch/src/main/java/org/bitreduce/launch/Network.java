// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.launch;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.bitreduce.transport.TransportKind;

/**
 * How the ranks of a job reach each other. Immutable.
 *
 * @param transport what carries their messages
 * @param hostCommand what is put before each rank's command to run it elsewhere, its words separated by blanks, {@code %r}
 *     standing for the rank; empty for nothing
 * @param address of this host, where ranks that talk by TCP meet; each listens on the address by which it reaches that one
 */
public record Network(TransportKind transport, String hostCommand, String address) {

    /** Ranks on this host, and the fastest transport. */
    public static final Network DEFAULT = new Network(TransportKind.AUTO, "", "127.0.0.1");

    /**
     * Checks that ranks started so can be connected so.
     *
     * @param via how ranks are started
     * @throws IllegalArgumentException if not; says what can be
     */
    void check(Via via) {
        Set<TransportKind> valid = switch (via) {
            case LOCAL_THREADS, MPJRUN_MULTICORE -> EnumSet.of(TransportKind.AUTO, TransportKind.SHARED_MEMORY);
            case LOCAL_PROCESSES -> EnumSet.of(TransportKind.AUTO, TransportKind.SHARED_MEMORY, TransportKind.TCP);
            case MPJRUN_NIODEV, MPJRUN_HYBRID -> EnumSet.of(TransportKind.AUTO, TransportKind.TCP, TransportKind.MPJ);
        };
        if (!valid.contains(transport)) {
            throw new IllegalArgumentException("ranks started by %s cannot use this transport: transport=%s, valid=%s"
                    .formatted(
                            via,
                            transport,
                            valid.stream().map(TransportKind::toString).collect(Collectors.joining(", "))));
        }
        boolean local = hostCommand.isBlank() && address.equals(DEFAULT.address);
        if (!local && via != Via.LOCAL_PROCESSES) {
            throw new IllegalArgumentException(
                    "a host command and an address go with local:processes only: via=%s, hostCommand=%s, address=%s"
                            .formatted(via, hostCommand, address));
        }
    }

    /** {@return whether processes of this job talk by TCP} */
    boolean usesTcp() {
        return transport == TransportKind.TCP
                || (transport == TransportKind.AUTO && !(hostCommand.isBlank() && address.equals(DEFAULT.address)));
    }

    /**
     * {@return the words before a rank's command}
     *
     * @param rank which
     */
    List<String> hostCommand(int rank) {
        List<String> words = new ArrayList<>();
        for (String word : hostCommand.strip().split("\\s+")) {
            if (!word.isEmpty()) {
                words.add(word.replace("%r", Integer.toString(rank)));
            }
        }
        return words;
    }

    /**
     * {@return where ranks meet}
     *
     * @throws LaunchException if there is no such address
     */
    InetAddress meetingAddress() {
        try {
            return InetAddress.getByName(address);
        } catch (UnknownHostException e) {
            throw new LaunchException(ExitCode.USAGE, "no such address: address=" + address, e);
        }
    }
}
