// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.algorithm;

/**
 * A collective, or a phase of one, as steps that never wait. Whoever drives it (the calling thread, a progress thread, a
 * virtual clock) alternates between {@link #advance()} and the transport's progress.
 */
interface Schedule {

    /**
     * Does one step that is possible now: posts, computes or completes something.
     *
     * @return whether anything was done
     */
    boolean advance();

    /** Makes an exchange that is done ready to do the same again; what is not planned, but drives plans, has none. */
    default void restart() {
        throw new UnsupportedOperationException(getClass().getSimpleName() + " runs once");
    }

    /** {@return whether all is done and nothing is posted any more} */
    boolean isDone();

    /**
     * Names the ranks without which nothing goes on.
     *
     * @param ranks receives true at their indices
     * @return the phase, for people
     */
    String waitingFor(boolean[] ranks);
}
