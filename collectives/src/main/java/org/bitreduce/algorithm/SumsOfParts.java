// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.algorithm;

import java.lang.foreign.MemorySegment;
import org.bitreduce.ElementType;
import org.bitreduce.codec.Sources;

/**
 * The arithmetic of quantizing reduce-scatter: the first half of {@link TwoShotReduction}, whose sums are the result,
 * divided by the number of ranks for a mean.
 *
 * @param quantizer the codec
 * @param own this rank's vector
 * @param ranks how many there are
 * @param output this rank's part
 * @param divisor 1, or the number of ranks for a mean
 */
record SumsOfParts(Quantizer quantizer, Contribution own, int ranks, Results output, int divisor)
        implements ReduceArithmetic {

    @Override
    public long contributionBytes(long count) {
        return quantizer.payloadBytes(count);
    }

    @Override
    public void contribute(long first, long count, MemorySegment message, long payload) {
        own.encode(first, count, message, payload);
    }

    @Override
    public void combine(Sources messages, int from, int to, long first, long count, long payload) {
        MemorySegment sums = output.memory();
        long at = output.at(first);
        quantizer.decodeAll(messages, from, to, count, payload, own.unitNorm(), 1, sums, at);
        if (to == ranks && divisor > 1) {
            quantizer.kernels().divide(ElementType.FLOAT, divisor, count, sums, at);
        }
        if (to == ranks) {
            output.complete(first, count);
        }
    }
}
