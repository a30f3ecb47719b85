// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.transport.shm;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
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

    @Test
    void whoWaitsForAllIsWokenByTheLast() throws InterruptedException {
        MemorySegment three = Arena.ofAuto().allocate(ControlLayout.totalBytes(3), 4096);
        ControlRegion.format(three, 3);
        ControlRegion region = new ControlRegion(three, 3);
        Bells bells = new Bells(region, 0);
        for (int first : new int[] {1, 2}) {
            bells.announce(0b110);
            new Bells(region, first).ring(0);
            new Bells(region, first).ring(0); // coming twice is coming once
            long start = System.nanoTime();
            bells.sleep(TimeUnit.MILLISECONDS.toNanos(20));
            assertTrue(System.nanoTime() - start >= TimeUnit.MILLISECONDS.toNanos(15), "woken by the first");
            bells.announce(0b110);
            new Bells(region, first).ring(0);
            Thread last = Thread.ofPlatform().start(() -> new Bells(region, 3 - first).ring(0));
            bells.sleep(FOR_EVER);
            last.join();
        }
    }

    /** Three ranks come together again and again, each sleeping until both others have come: a lost ring would hang. */
    @Test
    void noLastRingIsLost() throws InterruptedException {
        int turns = 10_000;
        MemorySegment three = Arena.ofAuto().allocate(ControlLayout.totalBytes(3), 4096);
        ControlRegion.format(three, 3);
        ControlRegion region = new ControlRegion(three, 3);
        AtomicIntegerArray came = new AtomicIntegerArray(3);
        Thread[] ranks = new Thread[3];
        for (int rank = 0; rank < 3; rank++) {
            int own = rank;
            ranks[rank] = Thread.ofPlatform().start(() -> {
                Bells bells = new Bells(region, own);
                for (int turn = 1; turn <= turns; turn++) {
                    came.set(own, turn);
                    bells.ringAll(0b111 & ~(1L << own));
                    long missing = missing(came, turn);
                    while (missing != 0) {
                        bells.announce(missing);
                        long later = missing(came, turn);
                        if (later != missing) {
                            bells.takeBack();
                        } else {
                            bells.sleep(FOR_EVER);
                        }
                        missing = missing(came, turn);
                    }
                }
            });
        }
        for (Thread rank : ranks) {
            rank.join();
        }
    }

    private static long missing(AtomicIntegerArray came, int turn) {
        long missing = 0;
        for (int rank = 0; rank < came.length(); rank++) {
            missing |= came.get(rank) < turn ? 1L << rank : 0;
        }
        return missing;
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
