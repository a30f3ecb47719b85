// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.join;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import org.bitreduce.TransportException;
import org.bitreduce.transport.Transport;
import org.bitreduce.transport.TransportKind;
import org.bitreduce.transport.hosts.HostsGroup;
import org.bitreduce.transport.shm.SharedMemoryGroup;
import org.bitreduce.transport.tcp.JobSecret;
import org.bitreduce.transport.tcp.MeetingPoint;
import org.bitreduce.transport.tcp.TcpGroup;
import org.bitreduce.transport.tcp.TcpTransport;

/**
 * Joining ranks that mpirun or srun has started: on one host through shared memory, else by TCP, and by both where some share a
 * host. Rank 0 itself opens the meeting point. Stateless.
 */
public final class ForeignJoin {

    /** Environment variable: where rank 0 listens while the ranks come, as {@code host} or {@code host:port}. */
    static final String MEET = "BITREDUCE_MEET";

    /** Environment variable: the job's secret in hexadecimal digits. */
    public static final String SECRET = "BITREDUCE_SECRET";

    /** Environment variable: the file with the job's secret, instead. */
    static final String SECRET_FILE = "BITREDUCE_SECRET_FILE";

    /** Below the ports that Linux gives away by itself. */
    private static final int FIRST_PORT = 27_000;

    private static final int PORTS = 2_000;

    private ForeignJoin() {}

    static Transport join(ForeignRank self, Duration deadline) {
        TransportKind asked = TransportKind.asked();
        if (asked == TransportKind.MPJ) {
            throw new TransportException("ranks started by " + self.launcher() + " cannot talk through MPJ Express: "
                    + TransportKind.PROPERTY + "=" + asked + ", valid=auto, shared-memory, tcp, shared-memory+tcp");
        }
        if (asked == TransportKind.SHARED_MEMORY && !self.oneHost()) {
            throw new TransportException("the ranks of " + self.launcher() + " are not all on one host: "
                    + TransportKind.PROPERTY + "=" + asked + "; choose tcp or auto");
        }
        if (self.oneHost() && (asked == TransportKind.AUTO || asked == TransportKind.SHARED_MEMORY)) {
            return SharedMemoryGroup.siblings(self.rank(), self.size(), deadline);
        }
        long start = System.nanoTime();
        TcpTransport tcp = connect(self, deadline);
        return HostsGroup.join(tcp, asked, null, deadline.minusNanos(System.nanoTime() - start));
    }

    private static TcpTransport connect(ForeignRank self, Duration deadline) {
        UnaryOperator<String> environment = name -> System.getenv().getOrDefault(name, "");
        JobSecret secret = secret(self, environment);
        InetSocketAddress meet = meetingAddress(self, environment.apply(MEET));
        if (self.rank() > 0) {
            return TcpGroup.meet(meet, secret, self.rank(), self.size(), deadline);
        }
        try (MeetingPoint point = MeetingPoint.open(meet.getAddress(), meet.getPort(), self.size(), secret)) {
            return TcpGroup.meet(point.address(), secret, 0, self.size(), deadline);
        } catch (IOException e) {
            throw new TransportException(
                    "rank 0 cannot listen where the ranks meet: %s=%s, cause=%s; set %s=HOST:PORT to a name of rank 0's host and a port that is free there"
                            .formatted(MEET, meet, e.getMessage(), MEET),
                    e);
        }
    }

    private static JobSecret secret(ForeignRank self, UnaryOperator<String> environment) {
        String text = environment.apply(SECRET);
        String file = environment.apply(SECRET_FILE);
        try {
            if (!text.isEmpty()) {
                return JobSecret.parse(text);
            } else if (!file.isEmpty()) {
                return JobSecret.read(Path.of(file));
            }
        } catch (IOException | IllegalArgumentException e) {
            throw new TransportException("the job's secret cannot be read: " + e.getMessage(), e);
        }
        throw new TransportException(
                "rank %d of %d, started by %s, has no secret by which ranks of different hosts know each other: before it, export %s=$(./bitreduce secret), with Open MPI also mpirun -x %s"
                        .formatted(self.rank(), self.size(), self.launcher(), SECRET, SECRET));
    }

    /**
     * {@return where rank 0 listens}
     *
     * @param given {@code host} or {@code host:port}, or empty
     */
    static InetSocketAddress meetingAddress(ForeignRank self, String given) {
        int colon = given.lastIndexOf(':');
        String host = colon < 0 ? given : given.substring(0, colon);
        if (host.isEmpty()) {
            host = self.oneHost() ? "127.0.0.1" : self.firstHost();
        }
        if (host.isEmpty() || (colon < 0 && self.job().isEmpty())) {
            throw new TransportException(
                    "%s does not say where rank 0 is: export %s=HOST:PORT, rank 0's host and a port that is free there"
                            .formatted(self.launcher(), MEET));
        }
        int port = FIRST_PORT + Math.floorMod(self.job().hashCode(), PORTS);
        try {
            if (colon >= 0) {
                port = Integer.parseInt(given.substring(colon + 1));
            }
            return new InetSocketAddress(
                    given.isEmpty() ? reachable(InetAddress.getByName(host), self) : InetAddress.getByName(host), port);
        } catch (IllegalArgumentException e) {
            throw new TransportException("%s=%s: must be HOST or HOST:PORT".formatted(MEET, given), e);
        } catch (UnknownHostException e) {
            throw new TransportException(
                    "rank %d of %d does not know the host of rank 0: host=%s; export %s=ADDRESS:PORT"
                            .formatted(self.rank(), self.size(), host, MEET),
                    e);
        }
    }

    /** On Debian a host's own name leads to its loopback, at which the ranks of other hosts do not find it. */
    private static InetAddress reachable(InetAddress address, ForeignRank self) {
        if (self.oneHost() || !address.isLoopbackAddress() || self.rank() > 0) {
            return address;
        }
        try {
            List<InetAddress> others = NetworkInterface.networkInterfaces()
                    .flatMap(NetworkInterface::inetAddresses)
                    .filter(own -> own.getAddress().length == 4 && !own.isLoopbackAddress())
                    .toList();
            if (others.size() == 1) {
                return others.getFirst();
            }
            throw new TransportException(
                    "the name of rank 0's host leads to its loopback, and it has several addresses: %s, %s; export %s=ADDRESS:PORT"
                            .formatted(address, others, MEET));
        } catch (java.net.SocketException e) {
            throw new TransportException("cannot list the addresses of this host: " + e, e);
        }
    }
}
