// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.algorithm;

/**
 * The ways in which the messages of a call can go. All but {@link #HALVING} give the same bits, so a table may choose; that
 * one only where the caller leaves the order of sums open.
 */
public enum Algorithm {
    /** Everybody sends to everybody: one step of latency, {@code n - 1} messages. */
    DIRECT,
    /** Two hops over rows and columns of ranks: some {@code 2 sqrt(n)} messages, reductions for twice the bytes. */
    GRID,
    /**
     * The elements travel with the agreement, as they are, and every rank computes the whole result: no further step.
     * For vectors of at most {@link #INLINE_BYTES} and at most {@link #INLINE_RANKS} ranks; not for reduce, reduce-scatter, gather and scatter.
     */
    INLINE,
    /**
     * Recursive halving, then doubling: pairs of ranks exchange halves, quarters and so on of the vector and add them,
     * and the sums go back the same way. {@code 2 log2(n)} messages, as many bytes as {@link #DIRECT}; sums in the order
     * of a tree. For plain all-reduces of {@link org.bitreduce.Order#FREE}.
     */
    HALVING;

    /** The longest vector of {@link #INLINE}, in bytes. */
    public static final int INLINE_BYTES = 4096;

    /** The greatest number of ranks whose agreement is a direct exchange, and can carry vectors. */
    public static final int INLINE_RANKS = 64;
}
