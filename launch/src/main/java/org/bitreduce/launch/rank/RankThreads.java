// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.launch.rank;

/**
 * Tells which threads of a JVM belong to a rank: those in its thread group, and those started, however indirectly, by
 * one that does. Thread-safe.
 */
final class RankThreads {

    private final ThreadGroup group;
    private final InheritableThreadLocal<Boolean> started = new InheritableThreadLocal<>();

    private RankThreads(ThreadGroup group) {
        this.group = group;
    }

    /** {@return the threads of a rank that has a JVM of its own: all} */
    static RankThreads all() {
        return new RankThreads(null);
    }

    /** {@return the threads of the rank whose main thread is the calling one, which has a thread group of its own} */
    static RankThreads ofCaller() {
        RankThreads threads = new RankThreads(Thread.currentThread().getThreadGroup());
        threads.started.set(true);
        return threads;
    }

    /** {@return whether the calling thread belongs to the rank} */
    boolean containCaller() {
        return group == null
                || started.get() != null
                || group.parentOf(Thread.currentThread().getThreadGroup());
    }
}
