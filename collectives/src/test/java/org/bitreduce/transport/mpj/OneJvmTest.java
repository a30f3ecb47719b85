// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.transport.mpj;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.bitreduce.CollectiveTimeoutException;
import org.bitreduce.transport.Transport;
import org.bitreduce.transport.TransportContract;
import org.junit.jupiter.api.Test;

class OneJvmTest {

    private static final Duration DEADLINE = Duration.ofSeconds(20);

    @Test
    void ranksOfTheSameMeetingMeetWhileOthersDo() throws Exception {
        try (ExecutorService threads = Executors.newCachedThreadPool()) {
            List<Future<?>> ranks = new ArrayList<>();
            for (String meeting : List.of("first", "second")) {
                for (int rank = 2; rank >= 0; rank--) {
                    int self = rank;
                    ranks.add(threads.submit(() -> meet(meeting, self)));
                }
            }
            for (Future<?> rank : ranks) {
                rank.get();
            }
        }
        List<Object> left = System.getProperties().keySet().stream()
                .filter(name -> name.toString().startsWith("bitreduce.mpj.meeting"))
                .toList();
        assertEquals(List.of(), left);
    }

    private static void meet(String meeting, int rank) {
        try (Transport transport = OneJvm.join(meeting, rank, 3, DEADLINE)) {
            assertEquals(rank, transport.rank());
            TransportContract.check(transport);
        }
    }

    @Test
    void waitsForRankZeroUntilTheDeadline() {
        CollectiveTimeoutException e = assertThrows(
                CollectiveTimeoutException.class, () -> OneJvm.join("nobody", 1, 2, Duration.ofMillis(30)));
        assertTrue(e.getMessage().contains("rank 0"), e.getMessage());
    }

    @Test
    void aDeadlineThatHasPassedIsADeadline() {
        assertThrows(CollectiveTimeoutException.class, () -> OneJvm.join("late", 1, 2, Duration.ofMillis(-5)));
        assertThrows(CollectiveTimeoutException.class, () -> OneJvm.join("late", 0, 2, Duration.ofMillis(-5)));
    }
}
