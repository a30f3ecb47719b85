// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.versus;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.bitreduce.algorithm.Operation;

/** What {@link Bars} wants to know beyond rows of all-reduces. */
final class Extras {

    /** Sizes at which numbers of ranks are compared, in bytes; the longest first, after which code is warm. */
    private static final List<Long> SIZES = List.of(16L << 20, 1L << 20, 64L << 10);

    /** The longest vector that numbers of ranks are compared with, in bytes. */
    static final long LARGEST = SIZES.getFirst();

    /** Ranks that are compared: as many as a small machine has cores, and many more. */
    static final int FEW = 4;

    static final int MANY = 16;

    /** Of the all-reduce that an agreement round is compared with, in bytes. */
    static final long SMALL = 64;

    private final Contest contest;

    /**
     * Prepares to measure.
     *
     * @param contest of all that is measured here
     */
    Extras(Contest contest) {
        this.contest = contest;
    }

    /**
     * {@return the time of Open MPI's all-reduce of 64 bytes over that of a barrier of ours, which is an agreement round
     * and nothing else; null without Open MPI}
     *
     * @param sides of the run
     */
    Spread agreement(List<Side> sides) throws IOException, InterruptedException {
        Optional<Side> peer =
                sides.stream().filter(side -> side.label().equals("open-mpi")).findFirst();
        if (peer.isEmpty()) {
            return null;
        }
        List<Contest.Entry> entries = List.of(
                new Contest.Entry(sides.getFirst(), Operation.BARRIER, Float.BYTES),
                new Contest.Entry(peer.get(), Operation.ALL_REDUCE, SMALL));
        List<Standing> standings = contest.between(entries, false);
        return Spread.ofRatios(
                standings.getLast().micros(), standings.getFirst().micros());
    }

    /**
     * {@return the time that many ranks take for some floats over that of few, by their bytes}
     *
     * @param few ranks
     * @param many ranks, on the same processors
     */
    SortedMap<Long, Spread> manyRanks(Side few, Side many) throws IOException, InterruptedException {
        SortedMap<Long, Spread> ratios = new TreeMap<>();
        for (long bytes : SIZES) {
            List<Standing> standings = contest.at(List.of(few, many), Operation.ALL_REDUCE, bytes, false);
            ratios.put(
                    bytes,
                    Spread.ofRatios(
                            standings.getLast().micros(), standings.getFirst().micros()));
        }
        return ratios;
    }
}
