// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.versus;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** What {@link Bars} wants to know beyond rows of all-reduces. */
final class Extras {

    /** The longest vector that is needed here, in bytes. */
    static final long LARGEST = 1 << 20;

    /** Ranks that are compared: as many as a small machine has cores, and many more. */
    static final int FEW = 4;

    static final int MANY = 16;

    private static final long SMALL = 64;

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
     * {@return the time that many ranks take for 1 MiB of floats over that of few}
     *
     * @param few ranks
     * @param many ranks, on the same processors
     */
    Spread manyRanks(Side few, Side many) throws IOException, InterruptedException {
        List<Standing> standings = contest.at(List.of(few, many), Operation.ALL_REDUCE, LARGEST, false);
        return Spread.ofRatios(
                standings.getLast().micros(), standings.getFirst().micros());
    }
}
