// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.launch.doctor;

import java.util.Optional;

/** The clocks of a machine. */
interface Clocks {

    /** {@return nanoseconds that only grow, from any beginning} */
    long monotonic();

    /** {@return the time of day, in nanoseconds} */
    long wall();

    /** Waits. */
    void pause(long millis) throws InterruptedException;

    /** {@return whether a daemon has told the kernel that the time of day is right; empty where it cannot be asked} */
    Optional<Boolean> synchronizedByDaemon();
}
