// SPDX-License-Identifier: Apache-2.0
package org.bitreduce;

/** How the ranks' elements become one. */
public enum Reduction {
    /** The sum over all ranks. */
    SUM,
    /** The sum divided by the number of ranks; floating-point types only. */
    MEAN,
    /** The greatest element; plain collectives only. */
    MAX,
    /** The least element; plain collectives only. */
    MIN
}
