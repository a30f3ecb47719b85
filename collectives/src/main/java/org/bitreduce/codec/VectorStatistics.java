// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.codec;

/** What one pass over a vector finds. Mutable and reused from call to call, so that the hot path makes no garbage. */
public final class VectorStatistics {

    /** The greatest magnitude of the finite elements, 0 if there are none. */
    public float maxMagnitude;

    /** The sum of the squares of the finite elements, in the fixed order that {@link Kernels} states. */
    public double sumOfSquares;

    /** The number of elements that are NaN or infinite. */
    public long nonFiniteCount;

    /** The index of the first such element, -1 if there is none. */
    public long firstNonFinite;

    /** Statistics that must be cleared before their first use. */
    public VectorStatistics() {}

    /** Forgets everything: the statistics of an empty vector. */
    public void clear() {
        maxMagnitude = 0;
        sumOfSquares = 0;
        nonFiniteCount = 0;
        firstNonFinite = -1;
    }
}
