// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.simulate;

import org.bitreduce.simulate.Simulation;

/** Says on standard error how far a simulation has come, a line every few seconds; a short one says nothing. */
final class ProgressLine implements Simulation.Watch {

    private static final long INTERVAL_NANOS = 5_000_000_000L;

    private final String what;
    private long saidNanos = System.nanoTime();

    ProgressLine(String what) {
        this.what = what;
    }

    @Override
    public void see(long picos, long events) {
        long now = System.nanoTime();
        if (now - saidNanos >= INTERVAL_NANOS) {
            saidNanos = now;
            System.err.println("simulating %s: %.1f us of virtual time, %.1f million events"
                    .formatted(what, picos / 1e6, events / 1e6));
        }
    }
}
