// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.launch;

/** Background threads of the launcher and its agents. */
public final class Daemons {

    private Daemons() {}

    /**
     * Starts a thread that does not keep the JVM up.
     *
     * @param name of the thread
     * @param task run in it
     * @return the running thread
     */
    public static Thread start(String name, Runnable task) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }
}
