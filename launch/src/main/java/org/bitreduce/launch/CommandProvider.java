// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.launch;

import java.util.List;

/**
 * Adds commands to the command line. Found by {@link java.util.ServiceLoader}, so it needs a public constructor
 * without parameters and a line in {@code META-INF/services/org.bitreduce.launch.CommandProvider}.
 */
public interface CommandProvider {

    /**
     * {@return new objects annotated with picocli's {@code @Command(name = ...)}, each a {@code Callable<Integer>} that
     * returns the exit code} Help and version options are added to each; what a command throws becomes a message and
     * an exit code: {@link IllegalArgumentException} 64, {@link LaunchException} its own, {@link java.io.IOException}
     * 74, anything else 70 with its stack trace.
     */
    List<Object> commands();
}
