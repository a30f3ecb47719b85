// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.transport.tcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.bitreduce.transport.MessageBuffer;
import org.bitreduce.transport.RankThreads;
import org.bitreduce.transport.Request;
import org.bitreduce.transport.Transport;
import org.bitreduce.transport.TransportContract;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What works. */
class TcpTransportTest {

    /** Every long message is cut into many pieces, and no more than one is taken in before its receive is posted. */
    private static final SocketTuning TINY = new SocketTuning(16 << 10, 1);

    @ParameterizedTest(name = "{0} ranks")
    @ValueSource(ints = {1, 2, 3, 4, 8, 16})
    void keepsTheContract(int size) throws Exception {
        try (TcpEnds ends = TcpEnds.of(size)) {
            RankThreads.run(size, rank -> {
                try (Transport transport = ends.end(rank)) {
                    TransportContract.check(transport);
                }
            });
        }
    }

    @ParameterizedTest(name = "{0} ranks")
    @ValueSource(ints = {2, 3})
    void keepsTheContractWithTinyBuffers(int size) throws Exception {
        try (TcpEnds ends = TcpEnds.of(size, TINY)) {
            RankThreads.run(size, rank -> {
                try (Transport transport = ends.end(rank)) {
                    TransportContract.check(transport);
                    TransportContract.soak(transport, 200, 300, 5);
                }
            });
        }
    }

    @Test
    void carriesLongMessages() throws Exception {
        try (TcpEnds ends = TcpEnds.of(2)) {
            RankThreads.run(2, rank -> TransportContract.checkLongMessage(ends.end(rank), 32L << 20));
        }
    }

    @Test
    void carries20000SmallMessagesWithRandomTags() throws Exception {
        long seed = System.nanoTime();
        try (TcpEnds ends = TcpEnds.of(4)) {
            RankThreads.run(4, rank -> TransportContract.soak(ends.end(rank), 1_667, 300, seed));
        }
    }

    /** All sends before all receives, the last message first: more than any buffer or stash holds, in both directions. */
    @Test
    void carriesManyLongMessagesBothWaysWhateverTheOrder() throws Exception {
        int messages = 8;
        int length = 4 << 20;
        try (TcpEnds ends = TcpEnds.of(3, new SocketTuning(0, 1 << 20))) {
            RankThreads.run(3, rank -> {
                Transport transport = ends.end(rank);
                List<Request> sends = new ArrayList<>();
                for (int i = 0; i < messages; i++) {
                    MessageBuffer message = transport.allocate(length);
                    message.segment().fill((byte) (10 * rank + i));
                    sends.add(transport.newRequest());
                    transport.publish(sends.getLast(), i, message, length);
                }
                Request receive = transport.newRequest();
                MessageBuffer landing = transport.allocate(length);
                for (int i = messages - 1; i >= 0; i--) {
                    for (int step = 1; step < 3; step++) {
                        int source = (rank + step) % 3;
                        transport.receive(receive, source, i, landing);
                        TcpEnds.await(transport, receive);
                        assertEquals(length, receive.message().byteSize());
                        assertEquals(10 * source + i, receive.message().get(ValueLayout.JAVA_BYTE, 0));
                        assertEquals(10 * source + i, receive.message().get(ValueLayout.JAVA_BYTE, length - 1));
                        receive.release();
                    }
                }
                for (Request send : sends) {
                    TcpEnds.await(transport, send);
                }
            });
        }
    }

    /** What is sent to a rank that posts no receive stays with its sender, but for the stash and the system's buffers. */
    @Test
    void aSlowReaderHoldsItsSenderBack() throws Exception {
        int messages = 40;
        int length = 1 << 20;
        CountDownLatch waited = new CountDownLatch(1);
        try (TcpEnds ends = TcpEnds.of(2, new SocketTuning(64 << 10, 3L << 20))) {
            RankThreads.run(2, rank -> {
                Transport transport = ends.end(rank);
                MessageBuffer buffer = transport.allocate(length);
                if (rank == 1) {
                    while (waited.getCount() > 0) {
                        transport.progress();
                    }
                    for (int i = 0; i < messages; i++) {
                        Request receive = transport.newRequest();
                        transport.receive(receive, 0, i, buffer);
                        TcpEnds.await(transport, receive);
                        receive.release();
                    }
                    return;
                }
                List<Request> sends = new ArrayList<>();
                for (int i = 0; i < messages; i++) {
                    sends.add(transport.newRequest());
                    transport.send(sends.getLast(), 1, i, buffer, length);
                }
                TcpEnds.await(transport, sends.get(1));
                long end = System.nanoTime() + 300_000_000;
                while (System.nanoTime() < end) {
                    transport.progress();
                }
                long done = sends.stream().filter(Request::isDone).count();
                assertTrue(done < 10, "sends done: " + done);
                waited.countDown();
                for (Request send : sends) {
                    TcpEnds.await(transport, send);
                }
            });
        }
    }

    /** Rank 0 sends, and leaves at once; rank 1 looks only when it has gone. */
    @Test
    void whatWasSentArrivesAfterItsSenderHasClosed() throws Exception {
        CountDownLatch gone = new CountDownLatch(1);
        int length = 1 << 20;
        try (TcpEnds ends = TcpEnds.of(2)) {
            RankThreads.run(2, rank -> {
                Transport transport = ends.end(rank);
                MessageBuffer buffer = transport.allocate(length);
                if (rank == 0) {
                    buffer.segment().fill((byte) 5);
                    transport.send(transport.newRequest(), 1, 9, buffer, length);
                    transport.close();
                    gone.countDown();
                } else {
                    gone.await();
                    Request receive = transport.newRequest();
                    transport.receive(receive, 0, 9, buffer);
                    TcpEnds.await(transport, receive);
                    assertEquals(5, receive.message().get(ValueLayout.JAVA_BYTE, length - 1));
                }
            });
        }
    }

    @Test
    void sendsToARankThatHasLeftAreDone() throws Exception {
        try (TcpEnds ends = TcpEnds.of(2)) {
            ends.end(1).close();
            Transport transport = ends.end(0);
            MessageBuffer buffer = transport.allocate(1 << 20);
            for (int i = 0; i < 50; i++) {
                Request send = transport.newRequest();
                transport.send(send, 1, i, buffer, 1 << 20);
                TcpEnds.await(transport, send);
            }
        }
    }

    /** One thread drives both ends, so that nothing but the transport can allocate. */
    @Test
    void messagesMakeNoGarbage() {
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        try (TcpEnds ends = TcpEnds.of(2)) {
            Transport zero = ends.end(0);
            Transport one = ends.end(1);
            MessageBuffer buffer = zero.allocate(40_000);
            MessageBuffer landing = one.allocate(40_000);
            Request send = zero.newRequest();
            Request receive = one.newRequest();
            exchange(zero, one, buffer, landing, send, receive, 10_000);
            long before = threads.getCurrentThreadAllocatedBytes();
            exchange(zero, one, buffer, landing, send, receive, 20_000);
            long perMessage = (threads.getCurrentThreadAllocatedBytes() - before) / 20_000;
            assertEquals(0, perMessage, "bytes allocated per message");
        }
    }

    private static void exchange(
            Transport from,
            Transport to,
            MessageBuffer buffer,
            MessageBuffer landing,
            Request send,
            Request receive,
            int messages) {
        for (int i = 0; i < messages; i++) {
            int length = i % 4 < 2 ? 256 : 40_000;
            boolean expected = i % 2 == 0;
            if (expected) {
                to.receive(receive, 0, i, landing);
            }
            from.publish(send, i, buffer, length);
            if (!expected) {
                for (int polls = 0; polls < 70; polls++) {
                    to.progress();
                }
                to.receive(receive, 0, i, landing);
            }
            while (!receive.isDone()) {
                to.progress();
                from.progress();
            }
            receive.release();
        }
    }

    /** A wait of many milliseconds that ends at once when its message comes, and not before. */
    @Test
    void awaitEndsWhenAMessageComes() throws Exception {
        try (TcpEnds ends = TcpEnds.of(2)) {
            Transport zero = ends.end(0);
            Transport one = ends.end(1);
            MessageBuffer buffer = zero.allocate(64);
            Request receive = one.newRequest();
            one.receive(receive, 0, 1, one.allocate(64));
            long start = System.nanoTime();
            one.await(30_000_000);
            assertTrue(System.nanoTime() - start > 20_000_000, "nothing has come, so it waits");
            one.progress();
            assertFalse(receive.isDone());
            zero.send(zero.newRequest(), 1, 1, buffer, 64);
            start = System.nanoTime();
            while (!receive.isDone()) {
                one.await(2 * TcpEnds.DEADLINE.toNanos());
                one.progress();
            }
            assertTrue(System.nanoTime() - start < TcpEnds.DEADLINE.toNanos(), "the message ends the wait");
        }
    }
}
