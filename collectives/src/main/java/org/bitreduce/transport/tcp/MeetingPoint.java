// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.transport.tcp;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/**
 * Where the ranks of a job find each other: a launcher opens one, each rank calls and leaves its card, and when all have
 * come, each gets all cards. Answers only who knows the job's secret, and only on the address it is told. Thread-safe.
 *
 * <pre>
 * rank   length (2), card
 * point  for each rank: length (2), card
 * </pre>
 */
public final class MeetingPoint implements AutoCloseable {

    private final Reception reception;
    private final byte[][] cards;
    private final SocketChannel[] guests;
    private int present;

    private MeetingPoint(Reception reception, int size) {
        this.reception = reception;
        this.cards = new byte[size][];
        this.guests = new SocketChannel[size];
    }

    /**
     * Opens a meeting point.
     *
     * @param address of this host, on which all ranks can reach it
     * @param size number of ranks
     * @param secret of the job
     * @return the meeting point, on a free port
     * @throws IOException if the address is not one of this host
     */
    public static MeetingPoint open(InetAddress address, int size, JobSecret secret) throws IOException {
        return open(address, 0, size, secret);
    }

    /**
     * Opens a meeting point at a port that all ranks know.
     *
     * @param address of this host, on which all ranks can reach it
     * @param port 1 to 65535, or 0 for one that is free
     * @param size number of ranks
     * @param secret of the job
     * @return the meeting point
     * @throws IOException if the address is not one of this host, or the port is taken
     */
    public static MeetingPoint open(InetAddress address, int port, int size, JobSecret secret) throws IOException {
        Reception reception = Reception.listen(address, port, SocketTuning.DEFAULT);
        MeetingPoint point = new MeetingPoint(reception, size);
        reception.open(new Handshake(secret, size, Handshake.MEETING_POINT), point::enter);
        return point;
    }

    /** {@return where it listens} */
    public InetSocketAddress address() {
        return reception.address();
    }

    private void enter(int rank, SocketChannel channel, Deadline deadline) throws IOException {
        byte[] card = readCard(new Line(channel, deadline));
        if (TcpCard.read(card).rank() != rank) {
            throw new IOException("it has the card of another rank");
        }
        synchronized (this) {
            if (cards[rank] != null) {
                throw new IOException("rank " + rank + " is here already");
            }
            cards[rank] = card;
            guests[rank] = channel;
            present++;
            if (present == cards.length) {
                tellAll();
            }
        }
    }

    static byte[] readCard(Line line) throws IOException {
        int length = ByteBuffer.wrap(line.read(Short.BYTES)).getShort();
        if (length < 1 || length > TcpCard.LONGEST) {
            throw new IOException("a card has 1 to " + TcpCard.LONGEST + " bytes, not " + length);
        }
        return line.read(length);
    }

    /** {@return the card behind its length} */
    static byte[] framed(byte[] card) {
        return ByteBuffer.allocate(Short.BYTES + card.length)
                .putShort((short) card.length)
                .put(card)
                .array();
    }

    private void tellAll() {
        ByteBuffer all = ByteBuffer.allocate(cards.length * (Short.BYTES + TcpCard.LONGEST));
        for (byte[] card : cards) {
            all.put(framed(card));
        }
        all.flip();
        for (SocketChannel guest : guests) {
            tell(guest, all.duplicate());
        }
        reception.close();
    }

    /** A few kilobytes, which a connection takes at once; who does not read them must not keep the others waiting. */
    private static void tell(SocketChannel guest, ByteBuffer cards) {
        try (guest) {
            guest.configureBlocking(false);
            guest.write(cards);
        } catch (IOException e) {
            // That rank has died meanwhile; who waits for it finds out.
        }
    }

    @Override
    public synchronized void close() {
        reception.close();
        for (SocketChannel guest : guests) {
            if (guest != null) {
                Sockets.close(guest);
            }
        }
    }
}
