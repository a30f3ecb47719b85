// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.versus;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;

/** A program with ranks that connect to a socket and do what they are told there. */
interface Program {

    /**
     * Starts the ranks, and returns at once.
     *
     * @param socket path of the Unix-domain socket that they connect to
     * @return the running program
     */
    Running start(Path socket) throws IOException;

    /** A program that has been started. */
    interface Running extends AutoCloseable {

        /** {@return whether it is still there} */
        boolean isAlive();

        /** {@return why it ended, or what it last complained of, in one line; may be empty} */
        String lastWords();

        /** {@return the processes that started the ranks; the ranks tell their own} */
        Set<ProcessHandle> processes();

        /** Waits a moment for the program to end by itself, since its connections have ended, and then ends it. */
        @Override
        void close();
    }
}
