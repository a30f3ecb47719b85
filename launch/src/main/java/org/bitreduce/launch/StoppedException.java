// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.launch;

/**
 * Ends the main of a rank that was asked to stop and can go on later from what it has saved. The rank's exit code is then
 * {@link ExitCode#RESUME_LATER}; it is that of the job if all ranks end so.
 */
public final class StoppedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /**
     * Makes an exception.
     *
     * @param message what was stopped, where, and how to go on
     */
    public StoppedException(String message) {
        super(message);
    }
}
