// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.transport.shm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.bitreduce.CollectiveTimeoutException;
import org.bitreduce.CorruptFrameException;
import org.bitreduce.RankFailedException;
import org.bitreduce.TransportException;
import org.bitreduce.transport.MessageBuffer;
import org.bitreduce.transport.RankThreads;
import org.bitreduce.transport.Request;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What goes wrong becomes a named error, soon, on every rank that can see it. */
class SharedMemoryFailureTest {

    @ParameterizedTest
    @EnumSource
    void anAbortIsSeenByAllWithItsCause(Ends ends) throws Exception {
        String cause = "rank 1: NaN at index 7 ä".repeat(20); // longer than there is room for
        CountDownLatch seen = new CountDownLatch(2);
        try (var group = ends.group(3)) {
            RankThreads.run(3, rank -> {
                try (SharedMemoryTransport transport = group.open(rank)) {
                    if (rank == 1) {
                        transport.abort(cause);
                        seen.await();
                        return;
                    }
                    Request receive = transport.newRequest();
                    transport.receive(receive, 1, 0, null);
                    var e = assertThrows(RankFailedException.class, () -> Ends.await(transport, receive));
                    seen.countDown();
                    assertContains(
                            e,
                            "rank 1 (host ",
                            ", pid " + ProcessHandle.current().pid() + ")",
                            "NaN at index 7 ä");
                    assertFalse(e.getMessage().contains("\ufffd"), "cut between characters");
                    assertEquals(e, assertThrows(RankFailedException.class, transport::progress), "the first cause");
                }
            });
            assertEquals(0, group.files());
        }
    }

    @ParameterizedTest
    @EnumSource
    void absentRanksAreNamed(Ends ends) throws Exception {
        try (var group = ends.group(4)) {
            RankThreads.run(2, thread -> {
                int rank = 2 * thread;
                var e = assertThrows(CollectiveTimeoutException.class, () -> {
                    try (var transport = group.open(rank, Duration.ofSeconds(1), Long.MAX_VALUE)) {
                        Request receive = transport.newRequest();
                        transport.receive(receive, 1, 0, null);
                        Ends.await(transport, receive);
                    }
                });
                assertContains(e, "rank " + rank, "absent: rank 1, 3", "4 ranks");
            });
        }
    }

    @ParameterizedTest
    @EnumSource
    void waitingForARankThatHasLeftIsAnError(Ends ends) throws Exception {
        try (var group = ends.group(2)) {
            RankThreads.run(2, rank -> {
                try (SharedMemoryTransport transport = group.open(rank)) {
                    if (rank == 0) {
                        Request receive = transport.newRequest();
                        transport.receive(receive, 1, 0, null);
                        var e = assertThrows(RankFailedException.class, () -> Ends.await(transport, receive));
                        assertContains(e, "rank 1", "left");
                    }
                }
            });
        }
    }

    @ParameterizedTest
    @EnumSource
    void theMemoryLimitIsAnErrorWithSizes(Ends ends) {
        try (var group = ends.group(1);
                SharedMemoryTransport transport = group.open(0, Ends.DEADLINE, 4 << 20)) {
            MessageBuffer first = transport.allocate(3 << 20);
            var e = assertThrows(TransportException.class, () -> transport.allocate(2 << 20));
            assertContains(e, "wanted=2097152", "limit=4194304", "inUse=3145728");
            first.close();
            transport.allocate(2 << 20).close();
        }
    }

    @ParameterizedTest
    @EnumSource
    void moreMemoryThanThereIsIsAnErrorWithSizes(Ends ends) {
        try (var group = ends.group(1);
                SharedMemoryTransport transport = group.open(0)) {
            var e = assertThrows(TransportException.class, () -> transport.allocate(1L << 40));
            assertContains(e, "wanted=1099511627776 bytes");
            transport.allocate(64).close();
        }
    }

    /** Each bit of the descriptor in turn, the unused word at its end excepted. */
    @ParameterizedTest(name = "byte {0}")
    @ValueSource(ints = {0, 3, 7, 8, 15, 16, 24, 32, 36, 40, 48, 52, 54, 56, 59})
    void aFlippedBitInADescriptorIsDetected(int at) {
        for (int bit = 0; bit < Byte.SIZE; bit++) {
            try (LocalGroup group = LocalGroup.of(2);
                    SharedMemoryTransport zero = SharedMemoryGroup.threads(group, 0, Ends.DEADLINE);
                    SharedMemoryTransport one = SharedMemoryGroup.threads(group, 1, Ends.DEADLINE)) {
                one.receive(one.newRequest(), 0, 5, null);
                zero.send(zero.newRequest(), 1, 5, zero.allocate(8), 8);
                long slot = ControlLayout.ring(2, 0, 1) + ControlLayout.FIRST_SLOT;
                var memory = one.control().memory();
                byte before = memory.get(ValueLayout.JAVA_BYTE, slot + at);
                memory.set(ValueLayout.JAVA_BYTE, slot + at, (byte) (before ^ 1 << bit));
                if (at == 0 && bit == 0) {
                    continue; // 1 becomes 0: not yet there, which the deadline of the wait is for
                }
                var e = assertThrows(CorruptFrameException.class, one::progress, "bit " + bit);
                assertContains(e, "rank 1", "rank 0");
            }
        }
    }

    /** A valid checksum is not enough: the sender itself may be wrong. */
    @ParameterizedTest
    @ValueSource(longs = {-64, 32, 1 << 20, Long.MAX_VALUE - 63})
    void aDescriptorBeyondItsSegmentIsDetected(long offset) {
        try (LocalGroup group = LocalGroup.of(2);
                SharedMemoryTransport zero = SharedMemoryGroup.threads(group, 0, Ends.DEADLINE);
                SharedMemoryTransport one = SharedMemoryGroup.threads(group, 1, Ends.DEADLINE)) {
            zero.allocate(64);
            Descriptor descriptor = new Descriptor();
            descriptor.offset = offset;
            descriptor.length = 64;
            assertTrue(new RingWriter(zero.control(), 0, 1).offer(descriptor));
            one.receive(one.newRequest(), 0, 0, null);
            var e = assertThrows(CorruptFrameException.class, one::progress);
            assertContains(e, "names no memory", "offset=" + offset);
        }
    }

    @Test
    void anotherSizeIsAnErrorWithBothNumbers() throws Exception {
        Path directory = SharedMemoryGroup.createDirectory();
        CountDownLatch ready = new CountDownLatch(1);
        RankThreads.run(2, rank -> {
            if (rank == 0) {
                var e = assertThrows(CollectiveTimeoutException.class, () -> {
                    ready.countDown();
                    SharedMemoryGroup.mapped(directory, 0, 2, Duration.ofSeconds(1));
                });
                assertContains(e, "absent: rank 1");
            } else {
                ready.await();
                while (!Files.exists(directory.resolve("control"))) {
                    Thread.sleep(1);
                }
                var e = assertThrows(
                        TransportException.class, () -> SharedMemoryGroup.mapped(directory, 1, 3, Ends.DEADLINE));
                assertContains(e, "size=2", "size=3");
            }
        });
        JobDirectory.remove(directory);
    }

    @Test
    void aStrangersControlFileIsRefused(@TempDir Path directory) throws Exception {
        Files.writeString(directory.resolve("control"), "hello ".repeat(100));
        var e = assertThrows(TransportException.class, () -> SharedMemoryGroup.mapped(directory, 0, 2, Ends.DEADLINE));
        assertContains(e, "magic");
        Path missing = directory.resolve("missing");
        e = assertThrows(TransportException.class, () -> SharedMemoryGroup.mapped(missing, 0, 2, Ends.DEADLINE));
        assertContains(e, "directory=" + missing);
    }

    @Test
    void joiningTwiceIsRefused() {
        try (LocalGroup group = LocalGroup.of(2);
                SharedMemoryTransport transport = SharedMemoryGroup.threads(group, 1, Ends.DEADLINE)) {
            assertTrue(transport.progress() || transport.rank() == 1);
            var e = assertThrows(TransportException.class, () -> SharedMemoryGroup.threads(group, 1, Ends.DEADLINE));
            assertContains(e, "rank 1 has joined already", "pid");
        }
    }

    private static void assertContains(Exception e, String... parts) {
        for (String part : parts) {
            assertTrue(e.getMessage().contains(part), () -> "\"" + part + "\" in: " + e.getMessage());
        }
    }
}
