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
    HALVING,
    /**
     * Each rank's elements travel to their owners with the agreement, as they are; the owners combine them, and everybody
     * gathers the results: one step less than {@link #DIRECT}. For all-reduces of at most {@link #eagerBytes} among at most
     * {@link #INLINE_RANKS} ranks, plain, or in two shots with scales of their own for at most 512 elements. Where ranks
     * share memory, and read each other's vectors there, {@link #DIRECT} is taken instead.
     */
    EAGER;

    /** The longest vector of {@link #INLINE}, in bytes. */
    public static final int INLINE_BYTES = 16 << 10;

    /** The greatest number of ranks whose agreement is a direct exchange, and can carry vectors. */
    public static final int INLINE_RANKS = 64;

    /** What the parts of one vector of {@link #EAGER} come to, in bytes, as long as few ranks share it. */
    private static final int EAGER_BYTES = 64 << 10;

    /** A block of 512 elements of 8 bytes: borders of parts are multiples of blocks. */
    private static final int BLOCK_BYTES = 4096;

    /** {@return whether it sends elements as they are, before anything is decided} */
    public boolean isEarly() {
        return this == INLINE || this == EAGER;
    }

    /**
     * {@return the longest vector of {@link #EAGER}, in bytes}
     *
     * @param ranks how many share it, at least 1
     */
    public static long eagerBytes(int ranks) {
        return Math.max(EAGER_BYTES, (long) BLOCK_BYTES * ranks);
    }

    /** {@return a number that differs where limits do} */
    static long limits() {
        return ((long) INLINE_BYTES << 32) + EAGER_BYTES + BLOCK_BYTES;
    }

    /** {@return the most that travels to one rank with the agreement, in bytes} */
    static long mostEarlyBytes(int ranks) {
        long part = Math.ceilDiv(Math.ceilDiv(eagerBytes(ranks), ranks), BLOCK_BYTES) * BLOCK_BYTES;
        return ranks == 1 ? INLINE_BYTES : Math.max(INLINE_BYTES, part);
    }
}
