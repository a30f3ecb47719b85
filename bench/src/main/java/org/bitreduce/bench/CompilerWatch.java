// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench;

import java.util.Collection;
import java.util.List;

/**
 * Tells whether JVMs have compiled what they need for what they do at the moment: their compilers have then done next to nothing for
 * a while, during which the same work was done again and again. Until then a measurement tells more of the compilers than of
 * the code; a busy machine compiles late. Confined to one thread.
 */
public final class CompilerWatch {

    private static final long CALM_NANOS = 300_000_000;
    private static final long PATIENCE_NANOS = 40_000_000_000L;
    private static final double CALM_SECONDS = 2.5 * CpuClock.TICK_SECONDS;

    private final Collection<Long> pids;
    private final long end = System.nanoTime() + PATIENCE_NANOS;
    private long start;
    private double used;

    /**
     * Begins to watch.
     *
     * @param pids processes; those that are no JVMs, or not on this host, are calm
     */
    public CompilerWatch(Collection<Long> pids) {
        this.pids = List.copyOf(pids);
        begin(CpuClock.compilerSeconds(this.pids));
    }

    /** {@return a watch of this JVM} */
    public static CompilerWatch own() {
        return new CompilerWatch(List.of(ProcessHandle.current().pid()));
    }

    private void begin(double seconds) {
        start = System.nanoTime();
        used = seconds;
    }

    /**
     * {@return whether the compilers have had little to do for three tenths of a second, up to now, or have been watched for
     * forty seconds} Reads files of the system.
     */
    public boolean isCalm() {
        double now = CpuClock.compilerSeconds(pids);
        if (Math.abs(now - used) > CALM_SECONDS) {
            begin(now);
        }
        long time = System.nanoTime();
        return time - start >= CALM_NANOS || time - end >= 0;
    }
}
