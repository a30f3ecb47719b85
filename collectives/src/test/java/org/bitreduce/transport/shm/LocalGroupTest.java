// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.transport.shm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.util.concurrent.CountDownLatch;
import org.bitreduce.ElementType;
import org.bitreduce.RankFailedException;
import org.bitreduce.Reduction;
import org.bitreduce.TransportException;
import org.bitreduce.codec.Kernels;
import org.bitreduce.transport.RankThreads;
import org.bitreduce.transport.Request;
import org.junit.jupiter.api.Test;

/** When the memory of a group of threads goes, and what its ranks see of that. */
class LocalGroupTest {

    @Test
    void theLastRankToLeaveFreesTheMemory() {
        LocalGroup group = LocalGroup.of(2);
        var zero = SharedMemoryGroup.threads(group, 0, Ends.DEADLINE);
        MemorySegment memory = zero.allocate(64).segment();
        zero.close();
        assertTrue(memory.scope().isAlive(), "rank 1 may still join");
        SharedMemoryGroup.threads(group, 1, Ends.DEADLINE).close();
        assertFalse(memory.scope().isAlive());
        group.close();
        assertJoinIsRefused(group, 0);
    }

    @Test
    void closingFreesTheMemoryIfNobodyIsThere() {
        LocalGroup group = LocalGroup.of(3);
        var zero = SharedMemoryGroup.threads(group, 0, Ends.DEADLINE);
        MemorySegment memory = zero.allocate(64).segment();
        zero.close();
        group.close();
        assertFalse(memory.scope().isAlive());
        group.close();
        assertJoinIsRefused(group, 1);
    }

    /** Had the memory gone, the JVM would crash: kernels check it when they begin, and then read by address. */
    @Test
    void memoryOutlivesClosingAsLongAsARankUsesIt() throws Exception {
        LocalGroup group = LocalGroup.of(2);
        CountDownLatch busy = new CountDownLatch(2);
        CountDownLatch closed = new CountDownLatch(1);
        MemorySegment[] memory = new MemorySegment[2];
        RankThreads.run(3, rank -> {
            if (rank == 2) {
                busy.await();
                group.close();
                closed.countDown();
                return;
            }
            try (SharedMemoryTransport transport = SharedMemoryGroup.threads(group, rank, Ends.DEADLINE)) {
                int count = 1 << 18;
                memory[rank] = transport.allocate(count * 4L).segment();
                for (int rounds = 0; closed.getCount() > 0 || rounds < 20; rounds++) {
                    Kernels.best().reduce(ElementType.FLOAT, Reduction.SUM, memory[rank], 0, count, memory[rank], 0);
                    if (rounds == 0) {
                        busy.countDown();
                    }
                }
                assertTrue(memory[rank].scope().isAlive());
                Request receive = transport.newRequest();
                transport.receive(receive, 1 - rank, 0, null);
                var e = assertThrows(RankFailedException.class, () -> Ends.await(transport, receive));
                assertTrue(e.getMessage().endsWith("the group was closed"), e.getMessage());
            }
        });
        assertFalse(memory[0].scope().isAlive());
        assertFalse(memory[1].scope().isAlive());
    }

    @Test
    void aRankThatWaitsForAnAbsentOneLearnsThatTheGroupWasClosed() {
        LocalGroup group = LocalGroup.of(2);
        try (SharedMemoryTransport transport = SharedMemoryGroup.threads(group, 0, Ends.DEADLINE)) {
            Request receive = transport.newRequest();
            transport.receive(receive, 1, 0, null);
            group.close();
            var e = assertThrows(RankFailedException.class, () -> Ends.await(transport, receive));
            assertTrue(e.getMessage().contains("rank 1 (host " + Host.NAME + ", not joined"), e.getMessage());
            assertTrue(e.getMessage().endsWith("the group was closed"), e.getMessage());
            assertJoinIsRefused(group, 1);
        }
    }

    private static void assertJoinIsRefused(LocalGroup group, int rank) {
        var e = assertThrows(TransportException.class, () -> SharedMemoryGroup.threads(group, rank, Ends.DEADLINE));
        assertEquals(0, e.getMessage().indexOf("rank " + rank + " cannot join: the group was closed"), e.getMessage());
    }
}
