// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.algorithm;

import java.lang.foreign.MemorySegment;
import org.bitreduce.ElementType;
import org.bitreduce.Reduction;
import org.bitreduce.codec.PackedLayout;

/**
 * Floats that have come with an agreement, copied to where the vectors of all ranks lie one after the other, with their
 * scales: what comes lies elsewhere in every call, and the caller's own vector may be where the result goes.
 */
final class VectorCopies {

    private final Quantizer quantizer;
    private final long vectorBytes;
    private final long count;
    private final MemorySegment vectors;
    private final long normsBytes;
    private final MemorySegment norms;

    /**
     * Finds room.
     *
     * @param quantizer whose scales are wanted
     * @param ranks number of vectors
     * @param count elements of each
     */
    VectorCopies(Scratch scratch, Quantizer quantizer, int ranks, long count) {
        this.quantizer = quantizer;
        this.count = count;
        this.vectorBytes = Quantizer.align(count * Float.BYTES);
        this.vectors = scratch.allVectors(ranks * vectorBytes);
        this.normsBytes = Quantizer.align(buckets() * Float.BYTES);
        this.norms = scratch.allNorms(ranks * normsBytes);
    }

    /** {@return the number of scales of a vector} */
    long buckets() {
        return PackedLayout.buckets(count, quantizer.codec().log2Bucket());
    }

    /** {@return a rank's vector} */
    MemorySegment vector(int rank) {
        return vectors.asSlice(rank * vectorBytes, count * Float.BYTES);
    }

    /** {@return the scales of a rank's vector} */
    MemorySegment norms(int rank) {
        return norms.asSlice(rank * normsBytes, buckets() * Float.BYTES);
    }

    /**
     * Copies some elements of a rank, whole buckets, and finds their scales.
     *
     * @param source holds them
     * @param at where in it, in bytes
     * @param first index of the first in the vector
     * @param some how many
     */
    void take(int rank, MemorySegment source, long at, long first, long some) {
        long to = rank * vectorBytes + first * Float.BYTES;
        MemorySegment.copy(source, at, vectors, to, some * Float.BYTES);
        quantizer.norms(vectors, to, some, norms, rank * normsBytes + quantizer.normsOffset(first));
    }

    /** Raises shared scales to those of a rank's vector. */
    void raise(MemorySegment shared, int rank) {
        quantizer.kernels().reduce(ElementType.FLOAT, Reduction.MAX, norms, rank * normsBytes, buckets(), shared, 0);
    }
}
