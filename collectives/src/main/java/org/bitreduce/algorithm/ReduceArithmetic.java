// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.algorithm;

import java.lang.foreign.MemorySegment;

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

    /** Adds a rank's contribution to the owner's sums; called in rank order, beginning with rank 0, which sets them. */
    void combine(int source, long first, long count, MemorySegment message, long payload);
}
