// SPDX-License-Identifier: Apache-2.0
package org.bitreduce;

/** The arithmetic of an all-reduce. Each mode has one canonical result, whatever the transport or schedule; {@link
 * Order#FREE} excepted. */
public enum Mode {
    /** Codes to the part's owner, who adds in rank order, rounds once more and all-gathers: two roundings. */
    TWOSHOT,
    /** Codes against agreed scales, summed as integers: one rounding, the same bits in any order. */
    EXACT,
    /** Every rank's codes to everyone, added in rank order: one rounding. */
    GATHER,
    /** Uncompressed, added in rank order. */
    PLAIN,
    /**
     * A majority vote on every element's sign (signSGD): -1, 0 for a tie, or 1, whatever the reduction, the same bits in
     * any order. Both zeros vote for 1. Takes {@link Codec#sign} with {@link Norm#UNIT}; the counts never leave their
     * bit planes, and the result travels in 1 bit per element for an odd number of ranks, in 2 for an even one.
     */
    VOTE,
    /**
     * Floats are added on each host, in rank order and without rounding, to as many parts as the host with fewest ranks has
     * ranks; then those who hold the same part, one rank per host, treat their host's sums as {@link #TWOSHOT} treats
     * vectors, in the order of hosts; then the results go round on each host. Two roundings, of sums over hosts, whatever
     * the numbers of hosts and ranks; with plain elements none. A function of the {@link Placement} too, which all ranks
     * must agree on.
     */
    TWO_LEVEL
}
