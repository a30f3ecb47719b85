// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.join;

import java.util.Objects;

/**
 * Who the calling thread is, where ranks are threads of one JVM: bound by what starts the threads, read by whoever
 * joins the group. Immutable.
 *
 * @param group one object shared by all ranks of the group
 * @param rank 0 to {@code size - 1}
 * @param size number of ranks, at least 1
 */
public record LocalRank(Object group, int rank, int size) {

    /** Bound in the rank's main thread and in what it forks by structured concurrency, in no other thread. */
    public static final ScopedValue<LocalRank> CURRENT = ScopedValue.newInstance();

    /** Checks the range of the rank. */
    public LocalRank {
        Objects.requireNonNull(group, "group");
        Objects.checkIndex(rank, size);
    }
}
