// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.transport.tcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.function.Consumer;
import org.bitreduce.CollectiveException;
import org.bitreduce.CorruptFrameException;
import org.bitreduce.RankFailedException;
import org.bitreduce.TransportException;
import org.bitreduce.transport.MessageBuffer;
import org.bitreduce.transport.NativePool;
import org.bitreduce.transport.Request;
import org.bitreduce.transport.TrafficCounter;
import org.bitreduce.transport.Transport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A peer whose end of the connection the test holds: it dies, lies, or is cut off. */
class TcpFailureTest {

    private static final int LENGTH = 1 << 20;

    private SocketChannel peer;
    private Transport transport;
    private Request receive;

    /** This rank is 0 of 2. */
    @BeforeEach
    void connect() throws Exception {
        try (ServerSocketChannel server = ServerSocketChannel.open()) {
            server.bind(new java.net.InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            peer = SocketChannel.open(server.getLocalAddress());
            SocketChannel own = server.accept();
            SocketTuning.DEFAULT.applyToMember(own);
            NativePool<Block> pool = new NativePool<>(Block::new);
            TrafficCounter traffic = new TrafficCounter();
            TcpCard card = TcpCard.self(1, (java.net.InetSocketAddress) own.getRemoteAddress());
            Connection connection = new Connection(card, own, pool, 1 << 20, traffic);
            TcpCard self = TcpCard.self(0, (java.net.InetSocketAddress) own.getLocalAddress());
            transport = new TcpTransport(self, new Connection[] {null, connection}, pool, traffic);
        }
        receive = transport.newRequest();
    }

    @AfterEach
    void disconnect() throws Exception {
        long start = System.nanoTime();
        transport.close();
        assertTrue(System.nanoTime() - start < TcpEnds.DEADLINE.toNanos(), "closing takes seconds at most");
        peer.close();
    }

    private void post(int bytes) {
        transport.receive(receive, 1, 7, transport.allocate(bytes));
    }

    private void tell(long tag, long length, int bytes) throws Exception {
        ByteBuffer message = ByteBuffer.allocate(Prefix.BYTES + bytes).order(java.nio.ByteOrder.LITTLE_ENDIAN);
        message.putLong(tag).putLong(length).clear();
        while (message.hasRemaining()) {
            peer.write(message);
            if (bytes > 64 << 10) {
                transport.progress(); // else the peer cannot go on
            }
        }
    }

    private <E extends CollectiveException> String failure(Class<E> type) {
        CollectiveException failure = assertThrows(CollectiveException.class, () -> TcpEnds.await(transport, receive));
        assertInstanceOf(type, failure, failure.toString());
        assertSame(failure, assertThrows(CollectiveException.class, transport::progress), "it fails for good");
        assertTrue(failure.getMessage().contains("rank 1"), failure.getMessage());
        return failure.getMessage();
    }

    @Test
    void aPeerThatDiesIsNamed() throws Exception {
        post(64);
        peer.close();
        String message = failure(RankFailedException.class);
        assertTrue(message.contains("host " + org.bitreduce.transport.shm.Host.NAME + ", pid "), message);
        assertTrue(message.contains("died"), message);
    }

    @Test
    void aPeerThatDiesIsFoundEvenIfNothingIsAwaitedOfIt() throws Exception {
        peer.close();
        assertThrows(RankFailedException.class, () -> {
            for (int polls = 0; polls < 10_000; polls++) {
                transport.progress();
            }
        });
    }

    @Test
    void aPeerThatDiesInTheMiddleOfAMessageIsNamed() throws Exception {
        post(LENGTH);
        tell(7, LENGTH, LENGTH / 2);
        peer.close();
        String message = failure(RankFailedException.class);
        assertTrue(message.contains("in the middle of a message"), message);
    }

    @Test
    void aResetConnectionIsADeath() throws Exception {
        post(64);
        peer.setOption(java.net.StandardSocketOptions.SO_LINGER, 0);
        peer.close();
        failure(RankFailedException.class);
    }

    /** Some system call after the first will fail; what the peer said before it went counts, not that. */
    @Test
    void lastWordsAreHeardByAWriter() throws Exception {
        tell(Prefix.ABORT, 8, 0);
        peer.write(ByteBuffer.wrap("no disk!".getBytes(java.nio.charset.StandardCharsets.UTF_8)));
        peer.shutdownInput();
        MessageBuffer buffer = transport.allocate(LENGTH);
        RankFailedException failure = assertThrows(RankFailedException.class, () -> {
            for (int i = 0; i < 1000; i++) {
                Request send = transport.newRequest();
                transport.send(send, 1, i, buffer, LENGTH);
                TcpEnds.await(transport, send);
            }
        });
        assertTrue(
                failure.getMessage().contains("rank 1") && failure.getMessage().endsWith("gave up: no disk!"),
                failure.getMessage());
    }

    @Test
    void aPeerThatLeavesIsNotAwaited() throws Exception {
        post(64);
        tell(Prefix.LEAVE, 0, 0);
        assertTrue(failure(RankFailedException.class).contains("left while rank 0 waits for its message"));
    }

    @Test
    void nonsenseIsRefusedAndNotAllocated() throws Exception {
        Consumer<long[]> nonsense = prefix -> {
            try {
                connect();
                post(64);
                tell(prefix[0], prefix[1], 0);
                String message = failure(CorruptFrameException.class);
                assertTrue(message.contains("do all ranks run the same version?"), message);
                disconnect();
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        };
        disconnect();
        nonsense.accept(new long[] {3, -1});
        nonsense.accept(new long[] {3, 0});
        nonsense.accept(new long[] {3, Long.MAX_VALUE});
        nonsense.accept(new long[] {Long.MIN_VALUE, 5});
        nonsense.accept(new long[] {Prefix.ABORT, 301});
        nonsense.accept(new long[] {Prefix.LEAVE, 1});
        connect();
    }

    @Test
    void aMessageLongerThanItsLandingIsRefused() throws Exception {
        post(64);
        tell(7, 65, 65);
        String message = failure(TransportException.class);
        assertTrue(message.contains("length=65, buffer=64"), message);
    }

    @Test
    void aWaitingMessageLongerThanItsLandingIsRefused() throws Exception {
        tell(7, 65, 65);
        for (int polls = 0; polls < 200; polls++) {
            transport.progress();
        }
        TransportException failure = assertThrows(TransportException.class, () -> post(64));
        assertTrue(failure.getMessage().contains("length=65, buffer=64"), failure.getMessage());
    }

    /** The peer reads nothing: what cannot be told is left, and closing does not wait for it. */
    @Test
    void abortingAndClosingDoNotWaitForAFrozenPeer() {
        MessageBuffer buffer = transport.allocate(64 << 20);
        transport.send(transport.newRequest(), 1, 1, buffer, 64 << 20);
        long start = System.nanoTime();
        transport.abort("enough");
        assertTrue(System.nanoTime() - start < TcpEnds.DEADLINE.toNanos());
        assertEquals(
                "rank 0 has given up: enough",
                assertThrows(RankFailedException.class, transport::progress).getMessage());
    }

    @Test
    void closingDoesNotWaitLongForAFrozenPeer() {
        MessageBuffer buffer = transport.allocate(64 << 20);
        transport.send(transport.newRequest(), 1, 1, buffer, 64 << 20);
        long start = System.nanoTime();
        transport.close();
        assertTrue(System.nanoTime() - start < TcpEnds.DEADLINE.toNanos());
    }

    @Test
    void anAbortReachesAPeerThatWaits() {
        try (TcpEnds ends = TcpEnds.of(3)) {
            for (int rank = 1; rank < 3; rank++) {
                Request waits = ends.end(rank).newRequest();
                ends.end(rank).receive(waits, 0, 1, ends.end(rank).allocate(64));
            }
            ends.end(0).abort("x".repeat(1000));
            for (int rank = 1; rank < 3; rank++) {
                Transport end = ends.end(rank);
                RankFailedException failure = assertThrows(RankFailedException.class, () -> {
                    for (int polls = 0; polls < 100_000; polls++) {
                        end.progress();
                    }
                });
                assertTrue(failure.getMessage().startsWith("rank 0 (host "), failure.getMessage());
                assertTrue(failure.getMessage().endsWith(" gave up: " + "x".repeat(300)), failure.getMessage());
            }
        }
    }
}
