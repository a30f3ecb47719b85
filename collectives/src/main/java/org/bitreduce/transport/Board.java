// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.transport;

import java.lang.foreign.MemorySegment;

/**
 * Where each of some ranks that share memory shows records to all others: written in place, read in place, with neither
 * message nor acknowledgement. Members are numbered from 0. Records are shown in turns, from 0 on, one by every member in
 * each. There is room for those of two turns, so a member may write its record of a turn when it has seen all of the turn
 * before, and reads none of the turn before that any more. Confined like its transport, in whose {@link
 * Transport#progress} the peers' records come to light.
 */
public interface Board extends AutoCloseable {

    /** {@return the number by which peers open this rank's side} */
    long place();

    /**
     * Opens a peer's side; its records are seen from then on.
     *
     * @param member another member
     * @param place what its {@link #place} gave; not believed before it is checked
     * @throws org.bitreduce.CorruptFrameException if the peer has no such memory
     */
    void open(int member, long place);

    /**
     * {@return where this rank's record of the next turn is written, before {@link #show}} Aligned to 64 bytes, and as long
     * as records can be.
     */
    MemorySegment own();

    /**
     * Shows this rank's record to all others, and begins to look for theirs.
     *
     * @param length its bytes, 1 to the size of {@link #own}
     */
    void show(long length);

    /**
     * {@return a peer's record of the turn shown last, to be read only; null if it has not been seen}
     *
     * @param member another member
     */
    MemorySegment of(int member);

    /** Leaves the board. Its memory is given back when all others have left it, too. */
    @Override
    void close();
}
