// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.launch;

import java.util.List;

/**
 * Signals that ask for a stop in good order, instead of ending the JVM: SIGTERM (batch systems, and the launcher, whatever
 * signal it got itself), SIGINT and SIGUSR1 (an early warning). They are many where the launcher, mpirun and the batch
 * system each pass on the same one, so all but the first have no effect; whoever has sent them sends SIGKILL in the end.
 */
public final class StopSignals {

    /** Ranks that are threads of one JVM may have class loaders of their own; what they share is this. */
    private static final String PROPERTY = "bitreduce.stop.signal";

    private static final List<String> SIGNALS = List.of("TERM", "INT", "USR1");

    private StopSignals() {}

    /**
     * Handles the signals from now on, for all ranks of this JVM.
     *
     * @return asks once one of them has come
     */
    public static StopRequest handle() {
        SIGNALS.forEach(name -> Signals.handle(name, () -> mark("SIG" + name)));
        return () -> System.getProperty(PROPERTY, "");
    }

    private static synchronized void mark(String signal) {
        if (System.getProperty(PROPERTY) == null) {
            System.setProperty(PROPERTY, signal);
        }
    }
}
