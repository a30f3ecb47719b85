// SPDX-License-Identifier: Apache-2.0
package org.bitreduce;

/**
 * In which order the elements of a plain all-reduce are added. Quantizing modes have one canonical arithmetic each, and
 * integers, maxima and minima have one result in any order.
 */
public enum Order {
    /** That of the ranks: the result depends on inputs and number of ranks only. */
    RANK,
    /**
     * Any, the same for all elements of a part: all ranks get equal results, but another table of algorithms may give
     * others, off by rounding: at most {@code (n - 1) 2^-24} of the sum of magnitudes either way.
     */
    FREE
}
