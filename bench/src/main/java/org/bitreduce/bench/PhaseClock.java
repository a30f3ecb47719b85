// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench;

import java.util.Arrays;
import org.bitreduce.algorithm.Milestone;
import org.bitreduce.algorithm.Work;
import org.bitreduce.algorithm.WorkMeter;

/** Measures what one rank's calls spend their time on; of calls that follow each other. Confined to one thread at a time. */
final class PhaseClock implements WorkMeter {

    static final int PHASES = 6;

    private static final int AGREEMENT = 0;
    private static final int PACK = 1;
    private static final int SCATTER_WAIT = 2;
    private static final int REDUCE = 3;
    private static final int GATHER_WAIT = 4;
    private static final int UNPACK = 5;

    private final double[] nanos = new double[PHASES];
    private long last;
    /** Since the agreement or the last sum; what it was spent on shows later. */
    private long idle;

    private boolean agreed;

    /** Forgets all calls but the next one. */
    void clear() {
        Arrays.fill(nanos, 0);
    }

    /** {@return nanoseconds by phase since {@link #clear}} */
    double[] nanos() {
        return nanos.clone();
    }

    private long lap() {
        long now = System.nanoTime();
        long passed = now - last;
        last = now;
        return passed;
    }

    private void rest() {
        long passed = lap();
        if (agreed) {
            idle += passed;
        } else {
            nanos[AGREEMENT] += passed;
        }
    }

    private void settle(int phase) {
        nanos[phase] += idle;
        idle = 0;
    }

    @Override
    public void reached(Milestone milestone) {
        switch (milestone) {
            case POSTED -> {
                last = System.nanoTime();
                idle = 0;
                agreed = false;
            }
            case AGREED -> {
                rest();
                agreed = true;
            }
            case ENDED -> {
                rest();
                settle(GATHER_WAIT);
            }
        }
    }

    @Override
    public boolean spend(Work work, long bytes) {
        rest();
        if (work == Work.COMBINE || work == Work.FINISH) {
            settle(SCATTER_WAIT);
        }
        return true;
    }

    @Override
    public void done(Work work, long bytes) {
        nanos[
                switch (work) {
                    case READ, CONTRIBUTE, COPY -> PACK;
                    case COMBINE, FINISH -> REDUCE;
                    case DELIVER -> UNPACK;
                }] += lap();
    }
}
