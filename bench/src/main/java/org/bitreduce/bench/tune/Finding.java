// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.tune;

import java.util.Locale;
import org.bitreduce.algorithm.Algorithm;
import org.bitreduce.bench.Sizes;
import org.bitreduce.text.Names;

/**
 * What was found out about a cell.
 *
 * @param cell which calls
 * @param usual what the table says that was there before
 * @param best what the new table says
 * @param usualMicros what the former took, the geometric mean over widths; NaN if it was not measured
 * @param bestMicros what the latter took
 */
record Finding(Cell cell, Algorithm usual, Algorithm best, double usualMicros, double bestMicros) {

    boolean changes() {
        return usual != best;
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%-14s %-14s %-8s %3d ranks %10s  %-8s %10.1f us  %-8s %10.1f us  %5.2f times as fast",
                cell.transport(),
                Names.of(cell.operation()),
                Names.of(cell.mode()),
                cell.np(),
                Sizes.text(cell.bytes()),
                Names.of(usual),
                usualMicros,
                Names.of(best),
                bestMicros,
                usualMicros / bestMicros);
    }
}
