// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.transport.shm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.util.concurrent.CountDownLatch;
import org.bitreduce.transport.MessageBuffer;
import org.bitreduce.transport.RankThreads;
import org.bitreduce.transport.Request;
import org.bitreduce.transport.TransportContract;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What works, on ranks that are threads and on ranks that map files. */
class SharedMemoryTransportTest {

    @ParameterizedTest(name = "{1} ranks, {0}")
    @CsvSource({
        "THREADS, 1", "THREADS, 2", "THREADS, 3", "THREADS, 4", "THREADS, 8", "THREADS, 16",
        "MAPPED, 1", "MAPPED, 2", "MAPPED, 3", "MAPPED, 4", "MAPPED, 8", "MAPPED, 16"
    })
    void keepsTheContract(Ends ends, int size) throws Exception {
        try (var group = ends.group(size)) {
            RankThreads.run(size, rank -> {
                try (SharedMemoryTransport transport = group.open(rank)) {
                    TransportContract.check(transport);
                }
            });
            assertEquals(0, group.files());
        }
    }

    @ParameterizedTest
    @EnumSource
    void carriesLongMessages(Ends ends) throws Exception {
        try (var group = ends.group(2)) {
            RankThreads.run(2, rank -> {
                try (SharedMemoryTransport transport = group.open(rank)) {
                    TransportContract.checkLongMessage(transport, 32L << 20);
                }
            });
        }
    }

    @ParameterizedTest
    @EnumSource
    void carries20000SmallMessagesWithRandomTags(Ends ends) throws Exception {
        long seed = System.nanoTime();
        try (var group = ends.group(4)) {
            RankThreads.run(4, rank -> {
                try (SharedMemoryTransport transport = group.open(rank)) {
                    TransportContract.soak(transport, 1_667, 300, seed);
                }
            });
        }
    }

    @ParameterizedTest
    @EnumSource
    void twoGroupsDoNotMeet(Ends ends) throws Exception {
        try (var one = ends.group(2);
                var other = ends.group(2)) {
            RankThreads.run(4, thread -> {
                var group = thread < 2 ? one : other;
                try (SharedMemoryTransport transport = group.open(thread % 2)) {
                    TransportContract.soak(transport, 500, 300, 7 + thread / 2);
                }
            });
        }
    }

    /** Rank 0 writes, posts and leaves at once; rank 1 looks only when it has gone. */
    @ParameterizedTest
    @EnumSource
    @SuppressWarnings("try") // closing early is what is tested
    void whatWasSentStaysReadableAfterItsSenderHasClosed(Ends ends) throws Exception {
        CountDownLatch gone = new CountDownLatch(1);
        try (var group = ends.group(2)) {
            RankThreads.run(2, rank -> {
                try (SharedMemoryTransport transport = group.open(rank)) {
                    if (rank == 0) {
                        MessageBuffer buffer = transport.allocate(3 << 20);
                        buffer.segment().fill((byte) 5);
                        transport.send(transport.newRequest(), 1, 9, buffer, 3 << 20);
                        transport.close();
                        gone.countDown();
                    } else {
                        gone.await();
                        Request receive = transport.newRequest();
                        transport.receive(receive, 0, 9, null);
                        Ends.await(transport, receive);
                        assertEquals(3 << 20, receive.message().byteSize());
                        assertEquals(5, receive.message().get(ValueLayout.JAVA_BYTE, (3 << 20) - 1));
                    }
                }
            });
            assertEquals(0, group.files());
        }
    }

    @ParameterizedTest
    @EnumSource
    void closesWithUnreadMessagesAndTheirSenderGoesOn(Ends ends) throws Exception {
        try (var group = ends.group(2)) {
            RankThreads.run(2, rank -> {
                SharedMemoryTransport transport = group.open(rank);
                if (rank == 0) {
                    Request[] sends = new Request[100];
                    MessageBuffer buffer = transport.allocate(64);
                    for (int i = 0; i < sends.length; i++) {
                        sends[i] = transport.newRequest();
                        transport.send(sends[i], 1, i, buffer, 64);
                    }
                    for (Request send : sends) {
                        Ends.await(transport, send);
                    }
                }
                long start = System.nanoTime();
                transport.close();
                transport.close();
                assertTrue(System.nanoTime() - start < Ends.DEADLINE.toNanos(), "closing waits for nobody");
            });
            assertEquals(0, group.files());
        }
    }

    @Test
    void segmentsLoseTheirNamesOnceAllHaveMappedThem() throws Exception {
        try (var group = Ends.MAPPED.group(3)) {
            CountDownLatch checked = new CountDownLatch(1);
            RankThreads.run(3, rank -> {
                try (SharedMemoryTransport transport = group.open(rank)) {
                    transport.allocate(1000);
                    long until = System.nanoTime() + Ends.DEADLINE.toNanos();
                    while (checked.getCount() > 0) {
                        transport.progress();
                        if (rank == 0 && group.files() == 3) { // the members' marks only
                            checked.countDown();
                        }
                        assertTrue(System.nanoTime() < until, () -> "files must go");
                    }
                }
            });
        }
    }

    @Test
    @SuppressWarnings("try") // as above
    void misuseIsRefusedWithAReason() {
        try (LocalGroup group = LocalGroup.of(2);
                SharedMemoryTransport transport = SharedMemoryGroup.threads(group, 0, Ends.DEADLINE);
                SharedMemoryTransport other = SharedMemoryGroup.threads(group, 1, Ends.DEADLINE)) {
            Request request = transport.newRequest();
            MessageBuffer buffer = transport.allocate(10);
            MessageBuffer foreign = other.allocate(10);
            assertThrows(IllegalArgumentException.class, () -> transport.send(request, 1, 0, foreign, 1));
            assertThrows(IllegalArgumentException.class, () -> transport.send(other.newRequest(), 1, 0, buffer, 1));
            assertThrows(IllegalStateException.class, request::message);

            transport.receive(request, 1, 3, null);
            assertThrows(IllegalStateException.class, () -> transport.receive(request, 1, 4, null));
            assertThrows(IllegalStateException.class, request::release);
            Request second = transport.newRequest();
            assertThrows(IllegalStateException.class, () -> transport.receive(second, 1, 3, null));

            buffer.close();
            assertThrows(IllegalArgumentException.class, () -> transport.send(second, 1, 0, buffer, 1));
            transport.close();
            assertThrows(IllegalStateException.class, transport::progress);
            assertThrows(IllegalArgumentException.class, () -> LocalGroup.of(65));
            assertThrows(IllegalArgumentException.class, () -> LocalGroup.of(0));
        }
    }

    @Test
    void aMessageCannotBeWrittenByItsReader() {
        try (LocalGroup group = LocalGroup.of(2);
                SharedMemoryTransport zero = SharedMemoryGroup.threads(group, 0, Ends.DEADLINE);
                SharedMemoryTransport one = SharedMemoryGroup.threads(group, 1, Ends.DEADLINE)) {
            Request send = zero.newRequest();
            Request receive = one.newRequest();
            zero.send(send, 1, 0, zero.allocate(8), 8);
            one.receive(receive, 0, 0, null);
            assertFalse(receive.isDone(), "only progress completes");
            Ends.await(one, receive);
            assertTrue(receive.message().isReadOnly());
            zero.progress();
            assertFalse(send.isDone());
            receive.release();
            Ends.await(zero, send);
        }
    }

    /** One thread drives both ends, so that nothing but the transport can allocate. */
    @Test
    void messagesMakeNoGarbage() {
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        try (LocalGroup group = LocalGroup.of(2);
                SharedMemoryTransport zero = SharedMemoryGroup.threads(group, 0, Ends.DEADLINE);
                SharedMemoryTransport one = SharedMemoryGroup.threads(group, 1, Ends.DEADLINE)) {
            MessageBuffer buffer = zero.allocate(256);
            Request send = zero.newRequest();
            Request receive = one.newRequest();
            exchange(zero, one, buffer, send, receive, 10_000);
            long before = threads.getCurrentThreadAllocatedBytes();
            exchange(zero, one, buffer, send, receive, 50_000);
            long perMessage = (threads.getCurrentThreadAllocatedBytes() - before) / 50_000;
            assertEquals(0, perMessage, "bytes allocated per message");
        }
    }

    private static void exchange(
            SharedMemoryTransport from,
            SharedMemoryTransport to,
            MessageBuffer buffer,
            Request send,
            Request receive,
            int messages) {
        for (int i = 0; i < messages; i++) {
            if (i % 2 == 0) {
                to.receive(receive, 0, i, null);
            }
            from.publish(send, i, buffer, 256);
            to.progress();
            if (i % 2 != 0) {
                to.receive(receive, 0, i, null); // now it was unexpected
                to.progress();
            }
            receive.release();
            from.progress();
            if (!send.isDone()) {
                throw new AssertionError("message " + i + " is not done");
            }
        }
    }
}
