// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.launch;

import java.io.IOException;

/** One way to start ranks. */
public interface Starter extends AutoCloseable {

    /**
     * Starts the ranks and returns at once.
     *
     * @param launch the job at hand; every process that is started goes to its members
     * @throws IOException if a process cannot be started
     */
    void start(Launch launch) throws IOException;

    /** Frees what was needed to start them. */
    @Override
    default void close() {}
}
