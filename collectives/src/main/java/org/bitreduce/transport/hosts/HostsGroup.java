// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.transport.hosts;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import org.bitreduce.CollectiveException;
import org.bitreduce.Placement;
import org.bitreduce.TransportException;
import org.bitreduce.transport.SmallGather;
import org.bitreduce.transport.Transport;
import org.bitreduce.transport.TransportKind;
import org.bitreduce.transport.shm.SharedMemoryGroup;
import org.bitreduce.transport.shm.SharedMemoryTransport;
import org.bitreduce.transport.tcp.TcpTransport;

/**
 * Lets ranks that are connected by TCP find out who of them share a host, and share memory there. Each makes a directory
 * for its host's shared memory and a file in it, and tells the others; each then says which is the lowest rank whose file it
 * can read; that rank's directory is used.
 */
public final class HostsGroup {

    /** Of no call's messages. */
    private static final long CARDS = Long.MAX_VALUE;

    private static final long LEADERS = Long.MAX_VALUE - 1;

    /** The most ranks that can share one host's memory. */
    private static final int MOST_ON_A_HOST = 64;

    private static final int SECRET_BYTES = 16;

    private HostsGroup() {}

    /**
     * Joins the ranks that TCP connects. All of them call it.
     *
     * @param far nothing is under way; owned by what is returned, and closed if this fails
     * @param asked {@link TransportKind#AUTO} for shared memory where some ranks share a host and not all do, else nothing
     *     but TCP; {@link TransportKind#SHARED_MEMORY_AND_TCP} for shared memory wherever ranks share a host; every other
     *     kind for TCP alone
     * @param jobDirectory private to the job, where directories for shared memory are made if it can be written here; null
     *     for none
     * @param deadline how long to wait for the others, positive
     * @return this rank's end
     * @throws CollectiveException if the others do not come, or there is no room for shared memory
     */
    public static Transport join(TcpTransport far, TransportKind asked, Path jobDirectory, Duration deadline) {
        boolean wanted = asked == TransportKind.AUTO && far.size() > 2 || asked == TransportKind.SHARED_MEMORY_AND_TCP;
        if (!wanted) {
            return far;
        }
        try {
            Duration rest = deadline.toMillis() < 1 ? Duration.ofMillis(1) : deadline;
            return share(far, asked, jobDirectory, rest);
        } catch (RuntimeException e) {
            far.abort(e.getMessage());
            far.close();
            throw e;
        }
    }

    private static Transport share(TcpTransport far, TransportKind asked, Path jobDirectory, Duration deadline) {
        Path directory = null;
        boolean kept = false;
        try {
            HostCard own = HostCard.none();
            try {
                directory = directory(jobDirectory, far.size());
                own = card(directory);
            } catch (IOException | TransportException e) {
                System.getLogger(HostsGroup.class.getName())
                        .log(System.Logger.Level.WARNING, "rank {0} shares no memory: {1}", far.rank(), e.getMessage());
            }
            HostCard[] cards = cards(far, own, deadline);
            Placement placement = placement(far, cards, deadline);
            if (!isWorthwhile(placement, asked)) {
                return far;
            }
            int[] mates = placement.ranksOf(placement.hostOf(far.rank()));
            kept = mates.length > 1 && mates[0] == far.rank();
            return new HostsTransport(far, near(far, cards[mates[0]], mates, deadline), placement);
        } finally {
            remove(directory, kept);
        }
    }

    private static Path directory(Path jobDirectory, int size) {
        return jobDirectory != null && Files.isWritable(jobDirectory)
                ? SharedMemoryGroup.createDirectory(jobDirectory)
                : SharedMemoryGroup.createDirectory(Math.min(MOST_ON_A_HOST, size));
    }

    private static HostCard card(Path directory) throws IOException {
        byte[] random = new byte[SECRET_BYTES];
        new SecureRandom().nextBytes(random);
        String secret = HexFormat.of().formatHex(random);
        Files.writeString(directory.resolve(HostCard.FILE), secret);
        return HostCard.of(directory, secret);
    }

    private static HostCard[] cards(TcpTransport far, HostCard own, Duration deadline) {
        byte[][] bytes = SmallGather.gather(far, own.toBytes(), CARDS, deadline);
        HostCard[] cards = new HostCard[bytes.length];
        for (int rank = 0; rank < cards.length; rank++) {
            cards[rank] = HostCard.read(bytes[rank]);
        }
        return cards;
    }

    /** {@return who shares a host, as all ranks see it} Returns when all have read what they wanted to. */
    private static Placement placement(TcpTransport far, HostCard[] cards, Duration deadline) {
        int leader = 0;
        while (leader < far.rank() && !cards[leader].provesOwnHost()) {
            leader++;
        }
        byte[] own = ByteBuffer.allocate(Integer.BYTES).putInt(leader).array();
        byte[][] all = SmallGather.gather(far, own, LEADERS, deadline);
        int[] leaders = new int[all.length];
        for (int rank = 0; rank < leaders.length; rank++) {
            leaders[rank] = ByteBuffer.wrap(all[rank]).getInt();
        }
        return placement(leaders);
    }

    /**
     * {@return the placement}
     *
     * @param leaders the lowest rank whose file each rank can read, or itself; who names one that names another is alone
     */
    static Placement placement(int... leaders) {
        int[] hosts = new int[leaders.length];
        for (int rank = 0; rank < hosts.length; rank++) {
            int leader = Math.clamp(leaders[rank], 0, rank);
            hosts[rank] = leaders[leader] == leader ? leader : rank;
        }
        return Placement.of(hosts);
    }

    private static boolean isWorthwhile(Placement placement, TransportKind asked) {
        for (int host = 0; host < placement.hosts(); host++) {
            if (placement.ranksOf(host).length > MOST_ON_A_HOST) {
                if (asked == TransportKind.AUTO) {
                    return false;
                }
                throw new TransportException("at most %d ranks of one host can share memory: placement=%s"
                        .formatted(MOST_ON_A_HOST, placement));
            }
        }
        boolean some = placement.hosts() < placement.ranks();
        return asked == TransportKind.SHARED_MEMORY_AND_TCP || some && placement.hosts() > 1;
    }

    private static SharedMemoryTransport near(TcpTransport far, HostCard leader, int[] mates, Duration deadline) {
        if (mates.length == 1) {
            return null;
        }
        int number = 0;
        while (mates[number] != far.rank()) {
            number++;
        }
        return SharedMemoryGroup.mapped(Path.of(leader.directory()), number, mates, deadline);
    }

    /** Removes the file, and the directory unless it is in use. All ranks have read the file, or never will. */
    private static void remove(Path directory, boolean kept) {
        if (directory == null) {
            return;
        }
        try {
            Files.deleteIfExists(directory.resolve(HostCard.FILE));
            if (!kept) {
                Files.deleteIfExists(directory);
            }
        } catch (IOException e) {
            System.getLogger(HostsGroup.class.getName())
                    .log(System.Logger.Level.DEBUG, "cannot remove " + directory, e);
        }
    }
}
