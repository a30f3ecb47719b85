// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.join;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.bitreduce.TransportException;
import org.bitreduce.transport.Transport;
import org.bitreduce.transport.TransportKind;
import org.bitreduce.transport.hosts.HostsGroup;
import org.bitreduce.transport.mpj.MpjArguments;
import org.bitreduce.transport.shm.LocalGroup;
import org.bitreduce.transport.shm.SharedMemoryGroup;
import org.bitreduce.transport.tcp.JobSecret;
import org.bitreduce.transport.tcp.TcpGroup;
import org.bitreduce.transport.tcp.TcpTransport;

/** Finds out how this program was started, and opens the transport that goes with it. */
public final class Join {

    /** System property: this rank, where ranks are processes of one host. */
    public static final String RANK_PROPERTY = "bitreduce.rank";

    /** System property: the number of ranks. */
    public static final String SIZE_PROPERTY = "bitreduce.size";

    /** System property: the job's private directory for shared memory. */
    public static final String DIRECTORY_PROPERTY = "bitreduce.directory";

    /** System property: where the ranks meet that talk by TCP, host and port joined by a colon. */
    public static final String MEETING_PROPERTY = "bitreduce.meeting";

    /** System property: the file with the secret of ranks that talk by TCP. */
    public static final String SECRET_PROPERTY = "bitreduce.secret";

    private Join() {}

    /**
     * Opens this rank's end of the group that the program was started in; a group of one if it was started by itself.
     *
     * @param args what main got
     * @param deadline how long to wait for the other ranks
     * @return the transport, and main's own arguments
     */
    public static Joined join(String[] args, Duration deadline) {
        if (LocalRank.CURRENT.isBound()) {
            LocalRank local = LocalRank.CURRENT.get();
            return new Joined(
                    SharedMemoryGroup.threads((LocalGroup) local.group(), local.rank(), deadline), List.of(args));
        }
        if (System.getProperty(RANK_PROPERTY) != null) {
            return new Joined(processes(deadline), List.of(args));
        }
        if (MpjArguments.startedByMpjrun(args)) {
            return MpjJoin.join(args, deadline);
        }
        Optional<ForeignRank> foreign = ForeignRank.find(System.getenv()).filter(rank -> rank.size() > 1);
        Transport transport = foreign.isPresent()
                ? ForeignJoin.join(foreign.get(), deadline)
                : SharedMemoryGroup.threads(LocalGroup.of(1), 0, deadline);
        return new Joined(transport, List.of(args));
    }

    /**
     * A group joined.
     *
     * @param transport this rank's end
     * @param arguments the program's own, without what a launcher put before them
     * @param leave what to do after a transport that has not failed is closed
     */
    public record Joined(Transport transport, List<String> arguments, Runnable leave) {

        Joined(Transport transport, List<String> arguments) {
            this(transport, arguments, () -> {});
        }
    }

    private static Transport processes(Duration deadline) {
        Integer rank = Integer.getInteger(RANK_PROPERTY);
        Integer size = Integer.getInteger(SIZE_PROPERTY);
        String meeting = System.getProperty(MEETING_PROPERTY);
        String place = meeting == null ? DIRECTORY_PROPERTY : SECRET_PROPERTY;
        String path = System.getProperty(place);
        if (rank == null || size == null || path == null) {
            throw new TransportException(
                    "%s=%s, %s=%s, %s=%s: the first two must be numbers, the third a path; start ranks with ./bitreduce run"
                            .formatted(
                                    RANK_PROPERTY,
                                    System.getProperty(RANK_PROPERTY),
                                    SIZE_PROPERTY,
                                    System.getProperty(SIZE_PROPERTY),
                                    place,
                                    path));
        }
        return meeting == null
                ? SharedMemoryGroup.mapped(Path.of(path), rank, size, deadline)
                : meet(address(meeting), secret(Path.of(path)), rank, size, deadline);
    }

    private static Transport meet(InetSocketAddress point, JobSecret secret, int rank, int size, Duration deadline) {
        long start = System.nanoTime();
        TcpTransport tcp = TcpGroup.meet(point, secret, rank, size, deadline);
        String directory = System.getProperty(DIRECTORY_PROPERTY);
        return HostsGroup.join(
                tcp,
                TransportKind.asked(),
                directory == null ? null : Path.of(directory),
                deadline.minusNanos(System.nanoTime() - start));
    }

    private static InetSocketAddress address(String meeting) {
        int colon = meeting.lastIndexOf(':');
        try {
            return new InetSocketAddress(
                    InetAddress.getByName(meeting.substring(0, Math.max(0, colon))),
                    Integer.parseInt(meeting.substring(colon + 1)));
        } catch (UnknownHostException | IllegalArgumentException e) {
            throw new TransportException(
                    "%s=%s: must be a host and a port, joined by a colon: %s".formatted(MEETING_PROPERTY, meeting, e),
                    e);
        }
    }

    private static JobSecret secret(Path file) {
        try {
            return JobSecret.read(file);
        } catch (IOException e) {
            throw new TransportException("%s=%s: %s".formatted(SECRET_PROPERTY, file, e), e);
        }
    }
}
