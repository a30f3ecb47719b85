// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.algorithm;

/** What a rank does with numbers during a call. */
public enum Work {
    /** The pass over the input: statistics and norms. */
    READ,
    /** Rounding and packing, or copying, this rank's contribution. */
    CONTRIBUTE,
    /** Adding a contribution to the sums. */
    COMBINE,
    /** Making results into messages: norms of sums, rounding, packing. */
    FINISH,
    /** Writing results to the output. */
    DELIVER,
    /** Copying what is passed on as it came. */
    COPY
}
