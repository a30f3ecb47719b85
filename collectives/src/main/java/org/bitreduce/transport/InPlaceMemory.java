// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.transport;

import java.lang.foreign.MemorySegment;

/**
 * What transports can do whose ranks share memory: a rank's vectors that lie in memory of {@link Transport#allocate} are
 * read by those of the same host where they are, without a message. When what may be read is for messages to tell. Confined like its
 * transport.
 */
public interface InPlaceMemory {

    /** What {@link #locate} answers for memory that peers cannot read. */
    long NOWHERE = -1;

    /**
     * {@return a number by which peers find this memory, or {@link #NOWHERE} if it does not lie in memory of {@link
     * Transport#allocate}}
     *
     * @param own any memory
     */
    long locate(MemorySegment own);

    /**
     * {@return memory of a peer} What may be read and written there, and when, is for messages to tell.
     *
     * @param peer another rank of the same {@linkplain Transport#placement() host}
     * @param place what the peer's {@link #locate} gave; not believed before it is checked
     * @param bytes its size, at least 1
     * @throws org.bitreduce.CorruptFrameException if the peer has no such memory
     */
    MemorySegment view(int peer, long place, long bytes);

    /**
     * Counts bytes that peers read here, or that this rank writes in theirs: they are {@linkplain Traffic#sentBytes() sent} without a message.
     *
     * @param bytes over all peers, not negative
     */
    void countRead(long bytes);

    /**
     * Makes this rank's side of a board. All its members make theirs, tell each other their {@linkplain Board#place places}
     * by messages, and open them.
     *
     * @param members different ranks of the same {@linkplain Transport#placement() host}, this one among them, in the same
     *     order on all of them
     * @param recordBytes the longest record, at least 1
     * @return the board, owned by the caller
     * @throws org.bitreduce.TransportException if there is no memory left
     */
    Board board(int[] members, long recordBytes);
}
