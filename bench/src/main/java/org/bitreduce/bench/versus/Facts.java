// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.versus;

import java.util.List;
import java.util.SortedMap;
import org.bitreduce.bench.hosts.LinkRate;

/**
 * What a run has found out, for {@link Bars}.
 *
 * @param rows of all-reduces
 * @param np number of ranks
 * @param link between hosts, or null if all ranks were on one
 * @param agreement times of Open MPI's all-reduce of 64 bytes over those of an agreement round, or null
 * @param manyRanks times of 16 ranks over those of 4, by size in bytes; empty if not measured
 * @param lineRate of the link in 10^9 bytes per second, or 0
 */
record Facts(
        List<VersusRow> rows,
        int np,
        LinkRate link,
        Spread agreement,
        SortedMap<Long, Spread> manyRanks,
        double lineRate) {}
