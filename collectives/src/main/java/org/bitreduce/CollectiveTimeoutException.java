// SPDX-License-Identifier: Apache-2.0
package org.bitreduce;

/** The deadline passed. Names the ranks that were waited for. Fails the communicator for good. */
public final class CollectiveTimeoutException extends CollectiveException {

    private static final long serialVersionUID = 1L;

    /**
     * Describes what happened.
     *
     * @param message what, where and what to do
     */
    public CollectiveTimeoutException(String message) {
        super(message, null);
    }

    /**
     * Describes what happened, and why.
     *
     * @param message what, where and what to do
     * @param cause the error behind it
     */
    public CollectiveTimeoutException(String message, Throwable cause) {
        super(message, cause);
    }

    @Override
    public boolean isClean() {
        return false;
    }
}
