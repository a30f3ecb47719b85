// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.transport.shm;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Ranks that sleep are woken, and nobody sleeps through a ring. */
@Timeout(60)
class BellsTest {

    private static final long FOR_EVER = TimeUnit.SECONDS.toNanos(50);

    private final MemorySegment memory = Arena.ofAuto().allocate(ControlLayout.totalBytes(2), 4096);
    private ControlRegion control;

    @BeforeEach
    void format() {
        assumeTrue(Futex.isAvailable(), "there are no futexes here");
        ControlRegion.format(memory, 2);
        control = new ControlRegion(memory, 2);
    }

    @Test
    void aRingEndsASleep() throws InterruptedException {
        CountDownLatch awake = new CountDownLatch(1);
        Thread sleeper = Thread.ofPlatform().start(() -> {
            Bells bells = new Bells(control, 0);
            bells.announce();
            bells.sleep(FOR_EVER);
            awake.countDown();
        });
        Bells other = new Bells(control, 1);
        while (!awake.await(1, TimeUnit.MILLISECONDS)) {
            other.ring(0);
        }
        sleeper.join();
    }

    @Test
    void whoWasRungBeforeSleepingDoesNotSleep() {
        Bells bells = new Bells(control, 0);
        bells.announce();
        new Bells(control, 1).ring(0);
        bells.sleep(FOR_EVER);
    }

    @Test
    void aSleepEndsByItself() {
        Bells bells = new Bells(control, 0);
        bells.announce();
        long start = System.nanoTime();
        bells.sleep(TimeUnit.MILLISECONDS.toNanos(20));
        assertTrue(System.nanoTime() - start >= TimeUnit.MILLISECONDS.toNanos(15));
    }

    /** Each waits for the other's number in turn, and sleeps whenever it is not there yet: a lost ring would hang. */
    @Test
    void noRingIsLost() throws InterruptedException {
        int turns = 20_000;
        AtomicInteger number = new AtomicInteger();
        Thread[] ranks = new Thread[2];
        for (int rank = 0; rank < 2; rank++) {
            int own = rank;
            ranks[rank] = Thread.ofPlatform().start(() -> {
                Bells bells = new Bells(control, own);
                for (int turn = own; turn < turns; turn += 2) {
                    while (number.get() != turn) {
                        bells.announce();
                        if (number.get() == turn) {
                            bells.takeBack();
                        } else {
                            bells.sleep(FOR_EVER);
                        }
                    }
                    number.set(turn + 1);
                    bells.ring(1 - own);
                }
            });
        }
        for (Thread rank : ranks) {
            rank.join();
        }
    }
}
