// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.train.recording;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Steps that a recording lacks, for people. Stateless. */
public final class Gaps {

    private Gaps() {}

    /**
     * {@return such as {@code steps 1 to 7, 21}; empty if nothing is lacking}
     *
     * @param whole indexes of recorded steps that are there
     * @param end how many there should be, from the first
     * @param every distance between recorded steps of the run
     */
    public static String text(List<Long> whole, long end, int every) {
        Set<Long> there = new HashSet<>(whole);
        List<String> ranges = new ArrayList<>();
        for (long index = 0; index < end; index++) {
            long first = index;
            while (index < end && !there.contains(index)) {
                index++;
            }
            if (index > first) {
                long from = first * every + 1;
                long to = (index - 1) * every + 1;
                ranges.add(from == to ? Long.toString(from) : from + " to " + to);
            }
        }
        return ranges.isEmpty() ? "" : "steps " + String.join(", ", ranges);
    }
}
