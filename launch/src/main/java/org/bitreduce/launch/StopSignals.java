// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.launch;

import java.lang.reflect.Proxy;
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
        SIGNALS.forEach(StopSignals::handle);
        return () -> System.getProperty(PROPERTY, "");
    }

    /** By reflection: the compiler's warning about the package cannot be silenced. */
    private static void handle(String name) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object mark = Proxy.newProxyInstance(
                    StopSignals.class.getClassLoader(), new Class<?>[] {handler}, (proxy, method, arguments) -> {
                        if (method.getName().equals("handle")) {
                            mark("SIG" + name);
                        }
                        return null;
                    });
            Object number = signal.getConstructor(String.class).newInstance(name);
            signal.getMethod("handle", signal, handler).invoke(null, number, mark);
        } catch (ReflectiveOperationException e) {
            // This JVM keeps the signal for itself (-Xrs) or does not know it: it will do what it usually does.
        }
    }

    private static synchronized void mark(String signal) {
        if (System.getProperty(PROPERTY) == null) {
            System.setProperty(PROPERTY, signal);
        }
    }
}
