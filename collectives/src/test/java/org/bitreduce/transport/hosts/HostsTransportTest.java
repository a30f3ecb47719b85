// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.transport.hosts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.TimeUnit;
import org.bitreduce.Placement;
import org.bitreduce.RankFailedException;
import org.bitreduce.transport.MessageBuffer;
import org.bitreduce.transport.RankThreads;
import org.bitreduce.transport.Request;
import org.bitreduce.transport.Transport;
import org.bitreduce.transport.TransportContract;
import org.bitreduce.transport.Waiter;
import org.bitreduce.transport.tcp.TcpEnds;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Shared memory and TCP in one group. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class HostsTransportTest {

    @ParameterizedTest
    @ValueSource(strings = {"0", "0,0", "0,1", "0,0,1", "0,1,1,0", "0,1,2,1,1,0"})
    void keepsTheContract(String text) throws Exception {
        Placement placement = Placement.parse(text);
        try (HostsEnds ends = new HostsEnds(placement)) {
            RankThreads.run(placement.ranks(), rank -> {
                try (Transport transport = ends.end(rank)) {
                    assertEquals(placement, transport.placement());
                    TransportContract.check(transport);
                    TransportContract.soak(transport, 300, 300, 11);
                }
            });
        }
    }

    @Test
    void carriesLongMessages() throws Exception {
        try (HostsEnds ends = new HostsEnds(Placement.of(0, 0, 1))) {
            RankThreads.run(3, rank -> TransportContract.checkLongMessage(ends.end(rank), 20L << 20));
        }
    }

    @Test
    void onlyRanksOfTheHostReadInPlace() throws Exception {
        try (HostsEnds ends = new HostsEnds(Placement.of(0, 1, 0))) {
            assertTrue(ends.end(0).readsInPlace(2));
            assertFalse(ends.end(0).readsInPlace(1));
            assertFalse(ends.end(0).readsInPlace());
            assertNull(ends.end(1).inPlace(), "alone on its host");
            MessageBuffer buffer = ends.end(2).allocate(4096);
            buffer.segment().set(java.lang.foreign.ValueLayout.JAVA_BYTE, 77, (byte) 5);
            long place = ends.end(2).inPlace().locate(buffer.segment());
            assertEquals(
                    5, ends.end(0).inPlace().view(2, place, 4096).get(java.lang.foreign.ValueLayout.JAVA_BYTE, 77));
        }
    }

    /**
     * Both sides end a sleep. Sleeps are as long as the test may last, so that a lost wake-up fails it, whatever the load:
     * each rank waits for the next one's message, on the same host and on another, many times.
     */
    @Test
    void bothSidesWakeWhoSleeps() throws Exception {
        long sleep = TimeUnit.SECONDS.toNanos(100);
        try (HostsEnds ends = new HostsEnds(Placement.of(0, 0, 1))) {
            RankThreads.run(3, rank -> {
                Transport transport = ends.end(rank);
                Request send = transport.newRequest();
                Request receive = transport.newRequest();
                MessageBuffer message = transport.allocate(8);
                MessageBuffer landing = transport.allocate(8);
                for (int turn = 0; turn < 500; turn++) {
                    transport.receive(receive, (rank + 2) % 3, turn, landing);
                    transport.send(send, (rank + 1) % 3, turn, message, 8);
                    while (!receive.isDone() || !send.isDone()) {
                        if (!transport.progress()) {
                            transport.await(sleep);
                        }
                    }
                    receive.release();
                }
            });
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void anAbortIsSeenOnBothSides(int victim) throws Exception {
        try (HostsEnds ends = new HostsEnds(Placement.of(0, 0, 1))) {
            RankThreads.run(3, rank -> {
                Transport transport = ends.end(rank);
                if (rank == victim) {
                    transport.abort("no more bread");
                    return;
                }
                Request receive = transport.newRequest();
                transport.receive(receive, victim, 0, transport.allocate(8));
                Waiter waiter = new Waiter(transport, TcpEnds.DEADLINE);
                RankFailedException e = assertThrows(RankFailedException.class, () -> {
                    while (!receive.isDone() && !waiter.isExpired()) {
                        waiter.idle(transport.progress());
                    }
                });
                assertTrue(e.getMessage().startsWith("rank " + victim + " (host "), e.getMessage());
                assertTrue(e.getMessage().contains("no more bread"), e.getMessage());
                assertEquals(e, assertThrows(RankFailedException.class, transport::progress), "the first cause");
            });
        }
    }

    @Test
    void whoNamesALeaderThatNamesAnotherIsAlone() {
        assertEquals(Placement.parse("0,0,2,2"), HostsGroup.placement(0, 0, 2, 2));
        assertEquals(Placement.parse("0,1,0,3"), HostsGroup.placement(0, 1, 0, 3));
        // Rank 2 can read rank 1's file, which itself goes with rank 0.
        assertEquals(Placement.parse("0,0,2"), HostsGroup.placement(0, 0, 1));
    }
}
