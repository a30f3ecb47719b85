// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.launch;

import java.lang.reflect.Proxy;

/** What the JVM does at a signal. Stateless. */
public final class Signals {

    private Signals() {}

    /**
     * Has something done at a signal from now on, in the place of what was done before. A JVM that keeps the signal for itself
     * (-Xrs) or does not know it does what it usually does.
     *
     * @param name without SIG
     * @param action run in a thread of its own each time
     */
    public static void handle(String name, Runnable action) {
        // By reflection: the compiler's warning about the package cannot be silenced.
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object own = Proxy.newProxyInstance(
                    Signals.class.getClassLoader(), new Class<?>[] {handler}, (proxy, method, arguments) -> {
                        if (method.getName().equals("handle")) {
                            action.run();
                        }
                        return null;
                    });
            Object number = signal.getConstructor(String.class).newInstance(name);
            signal.getMethod("handle", signal, handler).invoke(null, number, own);
        } catch (ReflectiveOperationException e) {
            // as said above
        }
    }
}
