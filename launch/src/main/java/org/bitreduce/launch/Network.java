// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.launch;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.bitreduce.launch.hosts.Machines;
import org.bitreduce.transport.TransportKind;

/**
 * How the ranks of a job reach each other. Immutable.
 *
 * @param transport what carries their messages
 * @param hostCommand what is put before each rank's command to run it elsewhere, its words separated by blanks, {@code %r}
 *     standing for the rank, {@code %h} for its host; empty for nothing
 * @param starter the words of mpirun or srun, such as {@code mpirun --oversubscribe}; empty for the command of that name
 * @param address of this host, where ranks that talk by TCP meet; each listens on the address by which it reaches that one
 * @param ranksPerHost how many ranks, one after the other, have the same host in {@code hostCommand}; at least 1
 * @param machines hosts to whose agents the ranks are given; none for ranks that the launcher starts itself
 */
public record Network(
        TransportKind transport,
        String hostCommand,
        String starter,
        String address,
        int ranksPerHost,
        Machines machines) {

    /** Ranks on this host, and the fastest transport. */
    public static final Network DEFAULT = new Network(TransportKind.AUTO, "", "", "127.0.0.1", 1, Machines.NONE);

    /**
     * Describes a network of ranks that this launcher starts, one per host.
     *
     * @param transport as above
     * @param hostCommand as above
     * @param address as above
     */
    public Network(TransportKind transport, String hostCommand, String address) {
        this(transport, hostCommand, "", address, 1, Machines.NONE);
    }

    /** Checks the number of ranks. */
    public Network {
        if (ranksPerHost < 1) {
            throw new IllegalArgumentException("--ranks-per-host must be 1 or more: ranksPerHost=" + ranksPerHost);
        }
    }

    /**
     * Checks that ranks started so can be connected so.
     *
     * @param via how ranks are started
     * @param np how many
     * @throws IllegalArgumentException if not; says what can be
     */
    void check(Via via, int np) {
        Set<TransportKind> valid = switch (via) {
            case LOCAL_THREADS, MPJRUN_MULTICORE -> EnumSet.of(TransportKind.AUTO, TransportKind.SHARED_MEMORY);
            case LOCAL_PROCESSES, MPIRUN, SRUN -> EnumSet.complementOf(EnumSet.of(TransportKind.MPJ));
            case MPJRUN_NIODEV, MPJRUN_HYBRID -> EnumSet.complementOf(EnumSet.of(TransportKind.SHARED_MEMORY));
        };
        if (!valid.contains(transport)) {
            throw new IllegalArgumentException("ranks started by %s cannot use this transport: transport=%s, valid=%s"
                    .formatted(
                            via,
                            transport,
                            valid.stream().map(TransportKind::toString).collect(Collectors.joining(", "))));
        }
        if (!starter.isBlank() && !via.isForeign()) {
            throw new IllegalArgumentException(
                    "a starter goes with mpirun and srun only: via=%s, starter=%s".formatted(via, starter));
        }
        if (!machines.isEmpty()) {
            checkMachines(via, np);
            return;
        }
        boolean local = hostCommand.isBlank() && address.equals(DEFAULT.address);
        if (!local && via != Via.LOCAL_PROCESSES && via != Via.MPJRUN_NIODEV) {
            throw new IllegalArgumentException(
                    "a host command and an address go with local:processes and mpjrun:niodev only: via=%s, hostCommand=%s, address=%s"
                            .formatted(via, hostCommand, address));
        }
    }

    private void checkMachines(Via via, int np) {
        if (via != Via.LOCAL_PROCESSES && via != Via.MPJRUN_NIODEV && via != Via.MPJRUN_HYBRID) {
            throw new IllegalArgumentException(
                    "a machines file goes with local:processes, mpjrun:niodev and mpjrun:hybrid only: via=" + via);
        }
        if (!hostCommand.isBlank()) {
            throw new IllegalArgumentException(
                    "give a machines file or a host command, not both: hostCommand=" + hostCommand);
        }
        if (transport == TransportKind.SHARED_MEMORY) {
            throw new IllegalArgumentException(
                    "ranks of several hosts share no memory: transport=%s, valid=auto, tcp, shared-memory+tcp"
                            .formatted(transport));
        }
        List<String> hosts = machines.hosts(np);
        if (via == Via.MPJRUN_HYBRID && !hosts.equals(dealtEvenly(hosts))) {
            throw new IllegalArgumentException(
                    "mpjrun:hybrid deals ranks evenly to the hosts that it uses: np=%d, hosts=%s; give slots to match, or use mpjrun:niodev"
                            .formatted(np, hosts));
        }
    }

    /** As MPJ Express does: each the same number, the first ones one more. */
    private static List<String> dealtEvenly(List<String> hosts) {
        List<String> names = hosts.stream().distinct().toList();
        List<String> dealt = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            int count = hosts.size() / names.size() + (i < hosts.size() % names.size() ? 1 : 0);
            dealt.addAll(Collections.nCopies(count, names.get(i)));
        }
        return dealt;
    }

    /** {@return whether processes of this job talk by TCP} */
    boolean usesTcp() {
        return transport == TransportKind.TCP
                || transport == TransportKind.SHARED_MEMORY_AND_TCP
                || (transport == TransportKind.AUTO
                        && !(machines.isEmpty() && hostCommand.isBlank() && address.equals(DEFAULT.address)));
    }

    /**
     * {@return the words before a rank's command}
     *
     * @param rank which
     */
    public List<String> hostCommand(int rank) {
        List<String> words = new ArrayList<>();
        for (String word : hostCommand.strip().split("\\s+")) {
            if (!word.isEmpty()) {
                words.add(word.replace("%r", Integer.toString(rank))
                        .replace("%h", Integer.toString(rank / ranksPerHost)));
            }
        }
        return words;
    }

    /**
     * {@return where ranks meet} With a machines file and no address of its own, it is the one by which this host reaches
     * the first of the hosts that is not itself.
     *
     * @throws LaunchException if there is no such address
     */
    public InetAddress meetingAddress() {
        if (!machines.isEmpty() && address.equals(DEFAULT.address)) {
            return addressTowards(machines.slots().keySet());
        }
        try {
            return InetAddress.getByName(address);
        } catch (UnknownHostException e) {
            throw new LaunchException(ExitCode.USAGE, "no such address: address=" + address, e);
        }
    }

    private static InetAddress addressTowards(Set<String> hosts) {
        InetAddress own = null;
        for (String host : hosts) {
            try (DatagramSocket probe = new DatagramSocket()) {
                probe.connect(new InetSocketAddress(InetAddress.getByName(host), 9)); // sends nothing, finds the route
                own = probe.getLocalAddress();
                if (!own.isLoopbackAddress()) {
                    return own;
                }
            } catch (IOException e) {
                // another one may do; if none does, it is told below
            }
        }
        if (own == null) {
            throw new LaunchException(
                    ExitCode.USAGE,
                    "no host of the machines file has an address that is known here: hosts=%s; give --address, that of this host by which they reach it"
                            .formatted(hosts));
        }
        return own;
    }
}
