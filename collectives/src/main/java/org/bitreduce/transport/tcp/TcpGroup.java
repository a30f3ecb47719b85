// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.transport.tcp;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Arrays;
import org.bitreduce.CollectiveTimeoutException;
import org.bitreduce.TransportException;

/** Brings ranks together that talk by TCP. */
public final class TcpGroup {

    /** How many bytes {@link #gathered} passes from each rank to all. */
    public static final int GATHERED_BYTES = JobSecret.BYTES + Short.BYTES + TcpCard.LONGEST;

    private TcpGroup() {}

    /** Passes bytes of every rank to every rank, by a way that nobody else can read. */
    @FunctionalInterface
    public interface AllGather {

        /**
         * {@return the bytes of all ranks, by rank}
         *
         * @param own this rank's, {@link #GATHERED_BYTES} of them like everyone's
         */
        byte[][] gather(byte[] own);
    }

    /**
     * Joins the ranks that come to a meeting point. This rank then listens on the address by which it reaches that point.
     *
     * @param point where the {@link MeetingPoint} is
     * @param secret of the job
     * @param rank this rank, different on all ranks
     * @param size number of ranks, the same on all
     * @param deadline how long to wait for the others, positive
     * @return this rank's end, owned by the caller
     * @throws CollectiveTimeoutException if ranks are still absent at the deadline; names them
     * @throws TransportException if it cannot listen, or the meeting point turns it away
     */
    public static TcpTransport meet(InetSocketAddress point, JobSecret secret, int rank, int size, Duration deadline) {
        return meet(point, secret, rank, size, deadline, SocketTuning.DEFAULT);
    }

    static TcpTransport meet(
            InetSocketAddress point, JobSecret secret, int rank, int size, Duration deadline, SocketTuning tuning) {
        requireRank(rank, size);
        Deadline limit = Deadline.in(deadline);
        Handshake handshake = new Handshake(secret, size, rank);
        try (SocketChannel line = new Caller(handshake, tuning, limit).call(point, Handshake.MEETING_POINT)) {
            InetAddress own = ((InetSocketAddress) line.getLocalAddress()).getAddress();
            try (Reception reception = Reception.listen(own, 0, tuning)) {
                TcpCard self = TcpCard.self(rank, reception.address());
                TcpCard[] cards = exchange(new Line(line, limit), self, size);
                return new Joining(self, cards, tuning, limit).join(reception, handshake);
            }
        } catch (IOException e) {
            String message =
                    "rank %d of %d cannot meet the others at %s: %s".formatted(rank, size, point, e.getMessage());
            // A read lasts until the deadline, in whole milliseconds: it ends a moment before.
            throw limit.hasPassed() || e instanceof SocketTimeoutException
                    ? new CollectiveTimeoutException(
                            message + "; waited " + limit.wholeMillis()
                                    + " ms; were all ranks started, with the same secret and version?",
                            e)
                    : new TransportException(message + "; see what the other ranks say", e);
        }
    }

    private static TcpCard[] exchange(Line line, TcpCard self, int size) throws IOException {
        line.write(MeetingPoint.framed(self.toBytes()));
        TcpCard[] cards = new TcpCard[size];
        for (int peer = 0; peer < size; peer++) {
            cards[peer] = TcpCard.read(MeetingPoint.readCard(line));
        }
        return cards;
    }

    /**
     * Joins ranks that can already pass each other a few bytes.
     *
     * @param address of this host, on which the others can reach it
     * @param rank this rank, different on all ranks
     * @param size number of ranks, the same on all
     * @param deadline how long to wait for the others, positive
     * @param allGather used once
     * @return this rank's end, owned by the caller
     * @throws CollectiveTimeoutException if ranks are still absent at the deadline; names them
     * @throws TransportException if it cannot listen
     */
    public static TcpTransport gathered(
            InetAddress address, int rank, int size, Duration deadline, AllGather allGather) {
        requireRank(rank, size);
        Deadline limit = Deadline.in(deadline);
        try (Reception reception = Reception.listen(address, 0, SocketTuning.DEFAULT)) {
            TcpCard self = TcpCard.self(rank, reception.address());
            ByteBuffer own =
                    ByteBuffer.allocate(GATHERED_BYTES).put(JobSecret.random().toBytes());
            byte[][] all = allGather.gather(
                    own.put(MeetingPoint.framed(self.toBytes())).array());
            TcpCard[] cards = new TcpCard[size];
            for (int peer = 0; peer < size; peer++) {
                cards[peer] = TcpCard.read(cardIn(all[peer]));
            }
            // Every rank has made a secret; that of rank 0 is the job's.
            JobSecret secret = JobSecret.of(Arrays.copyOf(all[0], JobSecret.BYTES));
            return new Joining(self, cards, SocketTuning.DEFAULT, limit)
                    .join(reception, new Handshake(secret, size, rank));
        } catch (IOException e) {
            throw new TransportException(
                    "rank %d of %d cannot listen on %s: %s".formatted(rank, size, address, e.getMessage()), e);
        }
    }

    private static byte[] cardIn(byte[] gathered) {
        int length = ByteBuffer.wrap(gathered).getShort(JobSecret.BYTES);
        int from = JobSecret.BYTES + Short.BYTES;
        return Arrays.copyOfRange(gathered, from, from + Math.clamp(length, 0, TcpCard.LONGEST));
    }

    private static void requireRank(int rank, int size) {
        if (rank < 0 || rank >= size) {
            throw new IllegalArgumentException("rank must be in [0, " + (size - 1) + "]: rank=" + rank);
        }
    }
}
