// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.launch.hosts;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The host of one or several ranks, as the launcher sees it. Thread-safe. */
public interface RankHost {

    /** {@return its name, for the user} */
    String name();

    /** {@return the job's private folder on that host, with the launcher's socket and token} */
    Path supervisor();

    /** {@return the folder in it for what ranks of that host share} */
    Path directory();

    /**
     * Makes a file of the launcher's job folder readable on that host.
     *
     * @param file in the job folder of the launcher's own host
     * @return the file with the same content on that host; of mode 0600
     * @throws IOException if it cannot be read or sent
     */
    Path share(Path file) throws IOException;

    /**
     * Starts a process without input. It ends when its launcher does.
     *
     * @param command its words
     * @param environment added to what the host has
     * @return the process; if it runs elsewhere its {@code pid} is -1
     * @throws IOException if it cannot be started
     */
    Process start(List<String> command, Map<String, String> environment) throws IOException;
}
