// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.algorithm;

import java.lang.foreign.MemorySegment;
import org.bitreduce.codec.Kernels;
import org.bitreduce.codec.Sources;

/**
 * Every owner's elements rounded once, from each owner to everybody, and either written one after the other (all-gather,
 * broadcast) or added in rank order ({@link org.bitreduce.Mode#GATHER}, each decoded value already divided by the number
 * of ranks for a mean).
 *
 * @param quantizer the codec
 * @param own this rank's elements, from the beginning of its part; null if it has none
 * @param layout whose elements are whose
 * @param rank this rank
 * @param output everybody's elements, or their sum
 * @param unitNorm one float, 1
 * @param adds whether elements are added, up to the last rank's
 * @param ranks how many there are
 * @param divisor 1, or the number of ranks for a mean
 */
record QuantizedGathering(
        Quantizer quantizer,
        Contribution own,
        Layout layout,
        int rank,
        Results output,
        MemorySegment unitNorm,
        boolean adds,
        int ranks,
        int divisor)
        implements GatherArithmetic {

    @Override
    public long resultBytes(long count) {
        return quantizer.payloadBytes(count);
    }

    @Override
    public void finish(long first, long count, MemorySegment message, long payload) {
        own.encode(first - layout.start(rank), count, message, payload);
    }

    @Override
    public void deliver(int owner, long first, long count, MemorySegment message, long payload) {
        Kernels.Store store = adds && owner > 0 ? Kernels.Store.ADD : Kernels.Store.SET;
        quantizer.decode(count, message, payload, unitNorm, divisor, store, output.memory(), output.at(first));
        if (!adds || owner == ranks - 1) {
            output.complete(first, count);
        }
    }

    @Override
    public void deliverAll(Sources messages, int from, int to, long first, long count, long payload) {
        quantizer.decodeAll(messages, from, to, count, payload, unitNorm, divisor, output.memory(), output.at(first));
        if (to == ranks) {
            output.complete(first, count);
        }
    }
}
