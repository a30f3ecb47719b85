// SPDX-License-Identifier: Apache-2.0
package org.bitreduce;

/** What a collective does with NaN and infinity. */
public enum NonFinitePolicy {
    /** The same exception on all ranks, naming rank, first index and counts; nothing is written. */
    THROW,
    /** A bucket with a non-finite element decodes to NaN on all ranks. */
    PROPAGATE,
    /** Non-finite elements count as zero. */
    ZERO
}
