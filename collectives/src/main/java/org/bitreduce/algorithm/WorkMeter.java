// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.algorithm;

/**
 * Told of a rank's work with numbers: to measure it, or, in a simulation, to let it take virtual time instead of doing
 * it. Confined like its engine.
 */
public interface WorkMeter {

    /** Does all work and counts nothing. */
    WorkMeter NONE = (work, bytes) -> true;

    /**
     * Is told of work before it is done.
     *
     * @param work of what kind
     * @param bytes of the elements, before they are packed; for {@link Work#COPY} the bytes themselves
     * @return whether it is to be done
     */
    boolean spend(Work work, long bytes);

    /**
     * Is told that work has been done.
     *
     * @param work of what kind
     * @param bytes as before
     */
    default void done(Work work, long bytes) {}

    /**
     * Is told how far a call has come that goes well.
     *
     * @param milestone what it has come to
     */
    default void reached(Milestone milestone) {}

    /**
     * {@return whether messages hold anything} If not, no work is done either, and all ranks are taken to make the same
     * call with the same input.
     */
    default boolean hasData() {
        return true;
    }
}
