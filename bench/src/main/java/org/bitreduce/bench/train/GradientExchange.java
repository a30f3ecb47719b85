// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.train;

import java.lang.foreign.MemorySegment;
import org.bitreduce.CallOptions;
import org.bitreduce.CodecChooser;
import org.bitreduce.Outcome;

/**
 * What training needs of a group of ranks. All ranks make the same calls in the same order. Confined to one thread; the
 * memory it allocates is freed with it.
 */
interface GradientExchange {

    int rank();

    int size();

    /** {@return the transport's name} */
    String transportName();

    /** {@return zeroed memory for a vector that is exchanged} */
    MemorySegment allocate(long bytes);

    /** Replaces every rank's gradient (floats) by the mean of all. {@return what was done} */
    Outcome average(MemorySegment gradient, CodecChooser codec, CallOptions options);

    /** An averaging under way; until it has been awaited, nobody else may use gradient and residual. */
    interface UnderWay {
        /** Waits for the end. {@return what was done} */
        Outcome await();
    }

    /** Begins what {@link #average} does, and returns; several may be under way. */
    UnderWay begin(MemorySegment gradient, CodecChooser codec, CallOptions options);

    /** Replaces the values by their sums over all ranks, exactly as many on each; added in rank order. */
    void sum(double[] values);

    /** Replaces the values by their sums over all ranks. */
    void sum(long[] values);

    /** {@return bytes that this rank has sent so far, headers included} */
    long sentBytes();

    /** {@return the number that the next operation will have} */
    long nextOperation();

    /**
     * Counts operations from another number on: random numbers depend on it, so a resumed run must go on where the first
     * one stopped.
     *
     * @param operation not less than {@link #nextOperation()}
     */
    void resumeAt(long operation);
}
