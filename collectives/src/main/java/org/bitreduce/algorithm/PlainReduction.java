// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.algorithm;

import java.lang.foreign.MemorySegment;
import org.bitreduce.ElementType;
import org.bitreduce.Reduction;
import org.bitreduce.codec.Kernels;
import org.bitreduce.codec.Sources;

/**
 * The arithmetic of {@link org.bitreduce.Mode#PLAIN}: {@code y = ((x_0 + x_1) + x_2) + …} in rank order, divided by the
 * number of ranks for a mean. In {@link org.bitreduce.Mode#TWO_LEVEL} ranks are those of a host, or counterparts.
 *
 * @param kernels the inner loops
 * @param type of the elements
 * @param reduction how contributions are combined
 * @param ranks how many there are
 * @param rank this rank, whose results need no delivery
 * @param input this rank's vector
 * @param output holds the sums and then the results
 * @param outputFirst index of the output's first element in the vector
 * @param divisor what the result is divided by, 1 for nothing
 */
record PlainReduction(
        Kernels kernels,
        ElementType type,
        Reduction reduction,
        int ranks,
        int rank,
        MemorySegment input,
        MemorySegment output,
        long outputFirst,
        int divisor)
        implements AllReduceArithmetic {

    /** {@return the arithmetic of a call in one level} */
    static PlainReduction of(Group group, Call call, MemorySegment input, MemorySegment output, long outputFirst) {
        return new PlainReduction(
                group.kernels(),
                call.type(),
                call.reduction(),
                group.size(),
                group.rank(),
                input,
                output,
                outputFirst,
                call.reduction() == Reduction.MEAN ? group.size() : 1);
    }

    @Override
    public long contributionBytes(long count) {
        return count * type.bytes();
    }

    @Override
    public void contribute(long first, long count, MemorySegment message, long payload) {
        MemorySegment.copy(input, first * type.bytes(), message, payload, count * type.bytes());
    }

    @Override
    public void combine(Sources messages, int from, int to, long first, long count, long payload) {
        long at = outputOffset(first);
        kernels.reduceAll(type, reduction, messages, from, to, payload, count, from == 0, output, at);
        if (to == ranks && divisor > 1) {
            kernels.divide(type, divisor, count, output, at);
        }
    }

    @Override
    public long resultBytes(long count) {
        return count * type.bytes();
    }

    @Override
    public void finish(long first, long count, MemorySegment message, long payload) {
        MemorySegment.copy(output, outputOffset(first), message, payload, count * type.bytes());
    }

    @Override
    public void deliver(int owner, long first, long count, MemorySegment message, long payload) {
        if (owner != rank) {
            MemorySegment.copy(message, payload, output, outputOffset(first), count * type.bytes());
        }
    }

    /** {@return where an element lies in the output, in bytes} */
    long outputOffset(long first) {
        return (first - outputFirst) * type.bytes();
    }
}
