// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.algorithm;

import java.lang.foreign.MemorySegment;
import org.bitreduce.codec.Sources;

/**
 * What the bytes of a reduction mean: how this rank's elements become a message, and how messages are combined. Called
 * with elements [{@code first}, {@code first + count}) of the vector, one chunk, and with the byte offset of the payload
 * in its message.
 */
interface ReduceArithmetic {

    /** {@return bytes of a chunk on its way to its owner} */
    long contributionBytes(long count);

    /** Writes this rank's contribution; called once for every chunk. */
    void contribute(long first, long count, MemorySegment message, long payload);

    /**
     * Adds the contributions of ranks [{@code from}, {@code to}) to the owner's sums, in one pass and in rank order.
     * Called in rank order, too; rank 0 sets the sums.
     *
     * @param messages of those ranks at least
     */
    void combine(Sources messages, int from, int to, long first, long count, long payload);
}
