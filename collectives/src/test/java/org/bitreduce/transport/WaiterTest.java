// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.transport;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Waiting: short at first, cheap later, and never for ever. */
class WaiterTest {

    @ParameterizedTest
    @ValueSource(ints = {1, 64})
    void expiresAtItsDeadlineAndBeginsAnewAfterReset(int ranks) {
        Waiter waiter = new Waiter(ranks, Duration.ofMillis(100));
        for (int round = 0; round < 2; round++) {
            long start = System.nanoTime();
            waiter.reset();
            while (!waiter.isExpired()) {
                waiter.idle(false);
            }
            long millis = (System.nanoTime() - start) / 1_000_000;
            assertTrue(millis >= 100, "expired after " + millis + " ms");
        }
    }

    @Test
    void workKeepsAttentionButNotTheDeadline() throws Exception {
        Waiter waiter = new Waiter(64, Duration.ofMillis(50));
        waiter.idle(false);
        Thread.sleep(60);
        waiter.idle(true);
        assertFalse(waiter.isExpired(), "the clock is not read while there is work");
        for (int i = 0; i < 64; i++) {
            waiter.idle(false);
        }
        assertTrue(waiter.isExpired());
    }

    @Test
    void aLongWaitLeavesTheCoreToOthers() {
        Waiter waiter = new Waiter(64, Duration.ofMillis(500));
        long cpu = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        while (!waiter.isExpired()) {
            waiter.idle(false);
        }
        long millis = (ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - cpu) / 1_000_000;
        assertTrue(millis < 250, "used " + millis + " ms of 500");
    }

    @Test
    void refusesWhatMakesNoSense() {
        assertThrows(IllegalArgumentException.class, () -> new Waiter(0, Duration.ofSeconds(1)));
        assertThrows(IllegalArgumentException.class, () -> new Waiter(1, Duration.ZERO));
        assertFalse(new Waiter(1, Duration.ofSeconds(Long.MAX_VALUE)).isExpired());
    }
}
