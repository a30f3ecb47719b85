// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.algorithm;

import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * One vector per rank, each rounded by itself, from the root to the rank that it is for.
 *
 * @param gathering decodes, its output being this rank's vector
 * @param vectors what the root sends to each rank; empty on the others
 * @param layout whose elements are whose
 * @param rank this rank
 */
record Scattering(QuantizedGathering gathering, List<Contribution> vectors, Layout layout, int rank)
        implements GatherArithmetic {

    @Override
    public long resultBytes(long count) {
        return gathering.resultBytes(count);
    }

    @Override
    public void finish(long first, long count, MemorySegment message, long payload) {
        int part = (int) (first / layout.length(0));
        vectors.get(part).encode(first - layout.start(part), count, message, payload);
    }

    @Override
    public void deliver(int owner, long first, long count, MemorySegment message, long payload) {
        gathering.deliver(owner, first - layout.start(rank), count, message, payload);
    }
}
