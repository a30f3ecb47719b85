// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.versus;

import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import org.bitreduce.bench.CpuClock;

/** Who used the processors while one side was timed, over several blocks. */
final class CpuShares {

    private final Set<Long> others;
    private final Set<Long> all;
    private double wallSeconds;
    private double othersSeconds;
    private double foreignSeconds;

    /**
     * Begins with nothing.
     *
     * @param own processes of the side that is timed
     * @param others processes of the other sides
     */
    CpuShares(Collection<Long> own, Collection<Long> others) {
        this.others = new HashSet<>(others);
        this.others.removeAll(own);
        this.all = new HashSet<>(own);
        all.addAll(this.others);
        all.add(ProcessHandle.current().pid());
    }

    /** {@return a meter that is running} */
    Meter start() {
        return new Meter(System.nanoTime(), CpuClock.machineSeconds(), seconds(others), seconds(all));
    }

    private static double seconds(Set<Long> pids) {
        return CpuClock.processSeconds(pids);
    }

    /** {@return processors that the other sides kept busy} */
    double othersCores() {
        return wallSeconds == 0 ? 0 : othersSeconds / wallSeconds;
    }

    /** {@return processors that nobody of this run kept busy} */
    double foreignCores() {
        return wallSeconds == 0 ? 0 : Math.max(0, foreignSeconds / wallSeconds);
    }

    /** The clocks when a block began. */
    final class Meter {

        private final long start;
        private final double machine;
        private final double othersBefore;
        private final double allBefore;

        private Meter(long start, double machine, double othersBefore, double allBefore) {
            this.start = start;
            this.machine = machine;
            this.othersBefore = othersBefore;
            this.allBefore = allBefore;
        }

        /** {@return whether the other sides have used more than a tenth of a processor since} */
        boolean disturbed() {
            double tolerance = 0.1 * (System.nanoTime() - start) / 1e9 + CpuClock.TICK_SECONDS;
            return seconds(others) - othersBefore > tolerance;
        }

        /** Adds what has passed since. */
        void stop() {
            wallSeconds += (System.nanoTime() - start) / 1e9;
            othersSeconds += seconds(others) - othersBefore;
            foreignSeconds += CpuClock.machineSeconds() - machine - (seconds(all) - allBefore);
        }
    }
}
