// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.transport.shm;

/**
 * How a rank sleeps until another one of its host has something for it, where it waits for more than shared memory. All
 * ranks of the group must sleep the same way.
 */
public interface Sleeper {

    /**
     * Sleeps until somebody wakes this rank, or for any other reason.
     *
     * @param nanos how long at most, about; positive
     */
    void sleep(long nanos);

    /**
     * Wakes a rank that sleeps, or is about to; so that its sleep ends even if it has not begun yet. Does not throw.
     *
     * @param peer another rank of the group
     */
    void wake(int peer);
}
