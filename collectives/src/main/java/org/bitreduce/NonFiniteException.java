// SPDX-License-Identifier: Apache-2.0
package org.bitreduce;

/** A vector holds NaN or infinity. Names rank, first index and counts. Clean: the communicator stays usable. */
public final class NonFiniteException extends CollectiveException {

    private static final long serialVersionUID = 1L;

    /**
     * Describes what happened.
     *
     * @param message what, where and what to do
     */
    public NonFiniteException(String message) {
        super(message, null);
    }

    @Override
    public boolean isClean() {
        return true;
    }
}
