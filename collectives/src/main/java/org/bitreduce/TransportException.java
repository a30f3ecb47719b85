// SPDX-License-Identifier: Apache-2.0
package org.bitreduce;

/** The transport cannot do its work: no memory, no file, no connection. Fails the communicator for good. */
public final class TransportException extends CollectiveException {

    private static final long serialVersionUID = 1L;

    /**
     * Describes what happened.
     *
     * @param message what, where and what to do
     */
    public TransportException(String message) {
        super(message, null);
    }

    /**
     * Describes what happened, and why.
     *
     * @param message what, where and what to do
     * @param cause the error behind it
     */
    public TransportException(String message, Throwable cause) {
        super(message, cause);
    }

    @Override
    public boolean isClean() {
        return false;
    }
}
