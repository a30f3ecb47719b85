// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.transport.shm;

import java.lang.foreign.Arena;
import java.util.concurrent.locks.LockSupport;

/** Closing arenas that other threads may just be using. */
final class SharedArenas {

    private static final System.Logger LOG = System.getLogger(SharedArenas.class.getName());
    private static final int ATTEMPTS = 100;
    private static final long PAUSE_NANOS = 5_000_000;

    private SharedArenas() {}

    /** Closes an arena within half a second; if some thread holds it longer, it stays open, and that is logged. */
    static void close(Arena arena) {
        for (int attempt = 0; attempt < ATTEMPTS && arena.scope().isAlive(); attempt++) {
            try {
                arena.close();
            } catch (IllegalStateException e) {
                // Some thread writes a file from this memory, or reads one into it: soon it will be through.
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
        if (arena.scope().isAlive()) {
            LOG.log(System.Logger.Level.WARNING, "shared memory is still in use by another thread and is not freed");
        }
    }
}
