// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.transport.shm;

import java.lang.foreign.MemorySegment;

/**
 * Where the memory segments of a group's ranks come from, seen by one rank. Segments of a rank count from 0. Confined to
 * one thread.
 */
interface SegmentStore {

    /**
     * Makes a segment of this rank.
     *
     * @param index its number
     * @param bytes its size
     * @return zeroed memory, page-aligned, backed by real memory
     * @throws org.bitreduce.TransportException if there is no memory left
     */
    MemorySegment create(int index, long bytes);

    /** {@return a segment that another rank has announced} */
    MemorySegment open(int owner, int index);

    /** Every other rank has opened this rank's segment or will never need to. */
    void openedByAll(int index);

    /**
     * Lets go of all memory. A second call has no effect.
     *
     * @param lastOfGroup whether all other ranks have done so, or will never
     */
    void close(boolean lastOfGroup);
}
