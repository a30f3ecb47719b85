// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.transport.shm;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;

/**
 * Lets a rank sleep until another has something for it. Each rank has a word in the control region: not 0 while it sleeps,
 * or is about to. Who writes something for it looks at the word, and wakes it. Both write first and read then, with a full
 * fence between, so that at least one of them sees the other.
 *
 * <p>A rank that can do nothing before several others have all come says so, and only the last of them wakes it: else each
 * would, in vain. A ring that was meant for an earlier sleep may count too early, and wake it before all have come; it then
 * sleeps again, until those come that it still misses. Confined like its transport.
 */
final class Bells {

    private static final int AWAKE = 0;
    private static final int ASLEEP = 1;
    private static final int ASLEEP_FOR_ALL = 2;

    private final MemorySegment memory;
    private final int rank;
    private final MemorySegment[] words;
    private Sleeper sleeper;
    private int announced;
    private final MemorySegment time = Arena.ofAuto().allocate(16, 8);

    Bells(ControlRegion control, int rank) {
        this.memory = control.memory();
        this.rank = rank;
        this.words = new MemorySegment[control.size()];
        for (int peer = 0; peer < words.length; peer++) {
            words[peer] = memory.asSlice(at(peer), Integer.BYTES);
        }
        sleeper = Futex.isAvailable() ? new FutexSleeper() : null;
    }

    /** Sleeps and wakes in another way from now on. */
    void use(Sleeper other) {
        sleeper = other;
    }

    /** {@return whether ranks can be woken} */
    boolean canWake() {
        return sleeper != null;
    }

    private static long at(int peer) {
        return ControlLayout.rankLine(peer) + ControlLayout.ASLEEP;
    }

    private static long missingAt(int peer) {
        return ControlLayout.rankLine(peer) + ControlLayout.MISSING;
    }

    /** Announces that this rank is going to sleep; whoever comes from now on wakes it. */
    void announce() {
        announce(ASLEEP);
    }

    /**
     * Announces that this rank is going to sleep until all of some ranks have come.
     *
     * @param ranks one bit per rank, at least one
     */
    void announce(long ranks) {
        ControlLayout.LONG.set(memory, missingAt(rank), ranks);
        announce(ASLEEP_FOR_ALL);
    }

    private void announce(int state) {
        announced = state;
        ControlLayout.INT.setRelease(memory, at(rank), state);
        VarHandle.fullFence();
    }

    /** Takes the announcement back. */
    void takeBack() {
        ControlLayout.INT.setRelease(memory, at(rank), AWAKE);
    }

    /** Sleeps, unless somebody has come since {@link #announce()}. */
    void sleep(long nanos) {
        try {
            sleeper.sleep(nanos);
        } finally {
            takeBack();
        }
    }

    /** Wakes a rank if it sleeps, and waits for nobody else; what there is for it has been written. */
    void ring(int peer) {
        ringAll(1L << peer);
    }

    /**
     * Wakes those of several ranks that sleep; what there is for them has been written. One fence serves all: it waits until
     * the others' caches have given up the lines that were written, and they do that at the same time.
     *
     * @param peers one bit per rank
     */
    void ringAll(long peers) {
        if (peers == 0 || !canWake()) {
            return; // who sleeps wakes by itself in a while
        }
        VarHandle.fullFence();
        for (long open = peers; open != 0; open &= open - 1) {
            wake(Long.numberOfTrailingZeros(open));
        }
    }

    private void wake(int peer) {
        int state = (int) ControlLayout.INT.getOpaque(memory, at(peer));
        if (state == AWAKE || state == ASLEEP_FOR_ALL && misses(peer)) {
            return;
        }
        if (ControlLayout.INT.compareAndSet(memory, at(peer), state, AWAKE)) {
            sleeper.wake(peer);
        }
    }

    /** Says that this rank has come. {@return whether that rank waits for others yet} */
    private boolean misses(int peer) {
        long others = ~(1L << rank);
        long before = (long) ControlLayout.LONG.getAndBitwiseAnd(memory, missingAt(peer), others);
        return (before & others) != 0;
    }

    /** Sleeps on this rank's word; not at all if it has changed. */
    private final class FutexSleeper implements Sleeper {

        @Override
        public void sleep(long nanos) {
            Futex.sleep(words[rank], announced, time, nanos);
        }

        @Override
        public void wake(int peer) {
            Futex.wake(words[peer]);
        }
    }
}
