// SPDX-License-Identifier: Apache-2.0
package org.bitreduce;

/** How an element between two levels is rounded. */
public enum Rounding {
    /** Up with the probability of its distance to the level below: unbiased. */
    STOCHASTIC,
    /** To the nearest level, halves away from zero: biased, with a smaller error. */
    NEAREST
}
