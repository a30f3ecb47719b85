// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.versus;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.bitreduce.bench.CpuClock;

/** Waits until sides that have nothing to do really do nothing: JVMs go on compiling for a while. */
final class Quiet {

    private static final Duration LOOK = Duration.ofMillis(100);
    private static final int LOOKS = 50;

    private Quiet() {}

    /**
     * Returns when no rank has used the processor for a tenth of a second, or after five seconds.
     *
     * @param sides whose ranks wait for commands
     */
    static void await(List<Side> sides) throws InterruptedException {
        Set<Long> pids = new HashSet<>();
        sides.forEach(side -> pids.addAll(side.crew().processes()));
        double before = CpuClock.processSeconds(pids);
        for (int look = 0; look < LOOKS; look++) {
            Thread.sleep(LOOK);
            double now = CpuClock.processSeconds(pids);
            if (now == before) {
                return;
            }
            before = now;
        }
    }
}
