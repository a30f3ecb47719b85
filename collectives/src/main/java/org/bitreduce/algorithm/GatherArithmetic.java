// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.algorithm;

import java.lang.foreign.MemorySegment;
import org.bitreduce.codec.Sources;

/**
 * What the bytes of a gathering mean: how an owner's elements become a message, and what is written to the output when
 * one comes. Called with elements [{@code first}, {@code first + count}) of the layout, one chunk, and with the byte
 * offset of the payload in its message.
 */
interface GatherArithmetic {

    /** {@return bytes of a chunk of results} */
    long resultBytes(long count);

    /** Writes a chunk that this rank owns; called once for every chunk, in order. */
    void finish(long first, long count, MemorySegment message, long payload);

    /** Writes to the output what an owner, this rank included, has finished. */
    void deliver(int owner, long first, long count, MemorySegment message, long payload);

    /**
     * Delivers the chunks of owners [{@code from}, {@code to}), which all have the same elements, in rank order.
     *
     * @param messages of those owners at least
     */
    default void deliverAll(Sources messages, int from, int to, long first, long count, long payload) {
        for (int owner = from; owner < to; owner++) {
            deliver(owner, first, count, messages.get(owner), payload);
        }
    }
}
