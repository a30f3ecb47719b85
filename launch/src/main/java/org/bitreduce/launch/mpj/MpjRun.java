// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.launch.mpj;

import org.bitreduce.launch.Starter;
import org.bitreduce.launch.Via;

/** Chooses the starter for a device of MPJ Express. */
public final class MpjRun {

    private MpjRun() {}

    /**
     * {@return a starter}
     *
     * @param via one of the ways by mpjrun
     * @param home folder of MPJ Express, or empty for that of the system property {@code bitreduce.mpj.home}
     * @throws org.bitreduce.launch.LaunchException if MPJ Express is not there
     */
    public static Starter starter(Via via, String home) {
        MpjHome found = MpjHome.find(home);
        return switch (via) {
            case MPJRUN_MULTICORE -> new Multicore(found);
            case MPJRUN_NIODEV -> new Cluster(found, false);
            case MPJRUN_HYBRID -> new Cluster(found, true);
            case LOCAL_THREADS, LOCAL_PROCESSES, MPIRUN, SRUN ->
                throw new IllegalArgumentException("not a way by MPJ Express: via=" + via);
        };
    }
}
