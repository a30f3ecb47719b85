// SPDX-License-Identifier: Apache-2.0
package org.bitreduce;

/** The number that a bucket's codes are multiples of. */
public enum Norm {
    /** The greatest magnitude, ||g||_inf: no element is clipped. */
    MAX,
    /** The Euclidean norm ||g||_2, as in QSGD. */
    EUCLIDEAN,
    /** The mean magnitude ||g||_1 / d: the scale of a 1-bit code with error feedback (EF-SignSGD). */
    MEAN_MAGNITUDE,
    /** The constant 1: the 1-bit code of SignSGD, whose sum is a vote. */
    UNIT
}
