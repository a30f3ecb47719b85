// SPDX-License-Identifier: Apache-2.0
package org.bitreduce;

/** The arithmetic of an all-reduce. Each mode has one canonical result, whatever the transport or schedule. */
public enum Mode {
    /** Codes to the part's owner, who adds in rank order, rounds once more and all-gathers: two roundings. */
    TWOSHOT,
    /** Codes against agreed scales, summed as integers: one rounding, the same bits in any order. */
    EXACT,
    /** Every rank's codes to everyone, added in rank order: one rounding. */
    GATHER,
    /** Uncompressed, added in rank order. */
    PLAIN
}
