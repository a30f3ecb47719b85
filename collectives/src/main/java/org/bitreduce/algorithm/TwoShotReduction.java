// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.algorithm;

import java.lang.foreign.MemorySegment;
import org.bitreduce.ElementType;
import org.bitreduce.Reduction;
import org.bitreduce.codec.Draws;
import org.bitreduce.codec.Kernels;
import org.bitreduce.codec.Sources;

/**
 * The arithmetic of {@link org.bitreduce.Mode#TWOSHOT}: every rank rounds its vector; an owner decodes and adds in rank
 * order, rounds the sums against their own norms, and what all ranks write is the decoded sum, over {@code n} for a
 * mean. With error feedback the owner keeps what the second rounding drops in its own residual.
 *
 * @param quantizer the codec
 * @param own this rank's vector
 * @param ownerDraws the owner's random numbers, null for rounding to nearest
 * @param part first element and number of elements of this rank's part
 * @param output holds the sums, as floats, and then, where they are wanted, the results of the whole vector
 * @param partNorm room for the norm of the part, where it has one scale
 * @param divisor 1, or the number of ranks for a mean
 */
record TwoShotReduction(
        Quantizer quantizer,
        Contribution own,
        Draws ownerDraws,
        Range part,
        Results output,
        MemorySegment partNorm,
        int divisor)
        implements AllReduceArithmetic {

    /**
     * Consecutive elements.
     *
     * @param first index of the first
     * @param count how many
     */
    record Range(long first, long count) {}

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
        quantizer.decodeAll(messages, from, to, count, payload, own.unitNorm(), 1, output.memory(), output.at(first));
    }

    @Override
    public long resultBytes(long count) {
        return quantizer.payloadBytes(count);
    }

    @Override
    public void finish(long first, long count, MemorySegment message, long payload) {
        MemorySegment sums = output.memory();
        long at = output.at(first);
        if (quantizer.codec().isWholeVector()) {
            if (first == part.first()) {
                quantizer.norms(sums, at, part.count(), partNorm, 0);
            }
            quantizer.encode(sums, at, first, count, partNorm, 0, ownerDraws, message, payload);
        } else {
            quantizer.encodeSums(sums, at, first, count, ownerDraws, message, payload);
        }
        MemorySegment residual = own.residual();
        if (residual != null) {
            long kept = first * Float.BYTES;
            quantizer.kernels().reduce(ElementType.FLOAT, Reduction.SUM, sums, at, count, residual, kept);
            quantizer.decode(count, message, payload, own.unitNorm(), 1, Kernels.Store.SUBTRACT, residual, kept);
            quantizer.clearNonFinite(message, payload, count, residual, kept);
        }
    }

    @Override
    public void deliver(int owner, long first, long count, MemorySegment message, long payload) {
        quantizer.decode(
                count, message, payload, own.unitNorm(), divisor, Kernels.Store.SET, output.memory(), output.at(first));
        output.complete(first, count);
    }
}
