// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.launch;

/**
 * A job that could not be started, or, where it comes out of a rank's main, that cannot go on. The message says what is
 * missing or wrong and what to do; it is all that the user is shown.
 */
public final class LaunchException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** The exit code of the command, as docs/running.md lists them. */
    private final int exitCode;

    /**
     * Makes an exception.
     *
     * @param exitCode for the command, see {@link ExitCode}
     * @param message what is wrong and what to do
     */
    public LaunchException(int exitCode, String message) {
        super(message);
        this.exitCode = exitCode;
    }

    /**
     * Makes an exception with a cause.
     *
     * @param exitCode for the command, see {@link ExitCode}
     * @param message what is wrong and what to do
     * @param cause what happened below
     */
    public LaunchException(int exitCode, String message, Throwable cause) {
        super(message, cause);
        this.exitCode = exitCode;
    }

    /** {@return the exit code for the command} */
    public int exitCode() {
        return exitCode;
    }
}
