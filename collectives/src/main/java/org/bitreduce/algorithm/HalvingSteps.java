// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.algorithm;

import java.util.ArrayList;
import java.util.List;

/**
 * What one rank exchanges with whom in recursive halving and doubling. Where the number of ranks is no power of two, the
 * first ranks make pairs, of which the even one hands its vector to the odd one and gets the result in the end.
 */
final class HalvingSteps {

    /** Halves begin at multiples of this many elements: a cache line of floats. */
    private static final long GRANULE = 16;

    /** Of the vector. */
    record Range(long first, long end) {

        static final Range NOTHING = new Range(0, 0);

        long count() {
            return end - first;
        }

        /** {@return where the lower half ends} */
        private long middle() {
            return Math.min(end, first + Math.ceilDiv(Math.ceilDiv(count(), 2), GRANULE) * GRANULE);
        }

        private Range half(boolean upper) {
            return upper ? new Range(middle(), end) : new Range(first, middle());
        }
    }

    /**
     * One exchange.
     *
     * @param peer with whom
     * @param stage under which its messages go; a peer occurs once in a stage
     * @param adds whether what comes is added, else it replaces
     * @param sent what goes there
     * @param received what comes from there
     * @param complete what has all ranks' sums afterwards, and had not before
     */
    record Step(int peer, int stage, boolean adds, Range sent, Range received, Range complete) {}

    private HalvingSteps() {}

    /**
     * {@return the exchanges of a rank, in their order}
     *
     * @param rank any
     * @param size number of ranks
     * @param count elements of the vector
     */
    static List<Step> of(int rank, int size, long count) {
        List<Step> steps = new ArrayList<>();
        Range all = new Range(0, count);
        int core = Integer.highestOneBit(size);
        int pairs = size - core;
        boolean paired = rank < 2 * pairs;
        if (paired && rank % 2 == 0) {
            steps.add(new Step(rank + 1, Stage.FOLD, true, all, Range.NOTHING, Range.NOTHING));
            steps.add(new Step(rank + 1, Stage.UNFOLD, false, Range.NOTHING, all, Range.NOTHING));
            return steps;
        }
        if (paired) {
            steps.add(new Step(rank - 1, Stage.FOLD, true, Range.NOTHING, all, Range.NOTHING));
        }
        halveAndDouble(steps, paired ? rank / 2 : rank - pairs, core, pairs, all);
        if (paired) {
            steps.add(new Step(rank - 1, Stage.UNFOLD, false, all, Range.NOTHING, Range.NOTHING));
        }
        return steps;
    }

    /** The exchanges among those that remain, numbered from 0. */
    private static void halveAndDouble(List<Step> steps, int place, int core, int pairs, Range all) {
        List<Step> back = new ArrayList<>();
        Range mine = all;
        for (int distance = core / 2; distance > 0; distance /= 2) {
            int other = place ^ distance;
            int peer = other < pairs ? 2 * other + 1 : other + pairs;
            boolean upper = (place & distance) != 0;
            Range kept = mine.half(upper);
            Range given = mine.half(!upper);
            steps.add(new Step(peer, Stage.SCATTER, true, given, kept, distance == 1 ? kept : Range.NOTHING));
            back.addFirst(new Step(peer, Stage.GATHER, false, kept, given, Range.NOTHING));
            mine = kept;
        }
        steps.addAll(back);
    }
}
