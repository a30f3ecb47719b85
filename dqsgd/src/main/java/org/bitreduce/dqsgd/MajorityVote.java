// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.dqsgd;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;

import java.lang.foreign.MemorySegment;

/**
 * SignSGD's majority vote (arXiv 1810.05291): the mean of all ranks' signs becomes -1, 0 or 1, where 0 is a tie.
 * {@link org.bitreduce.Mode#VOTE} has the same result already; other modes give the mean of the signs. Stateless and
 * thread-safe.
 */
public enum MajorityVote implements GradientTransform {
    /** The only one. */
    SIGN;

    @Override
    public void apply(MemorySegment mean) {
        long count = mean.byteSize() / Float.BYTES;
        for (long i = 0; i < count; i++) {
            mean.setAtIndex(JAVA_FLOAT_UNALIGNED, i, Math.signum(mean.getAtIndex(JAVA_FLOAT_UNALIGNED, i)));
        }
    }
}
