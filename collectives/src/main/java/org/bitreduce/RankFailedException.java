// SPDX-License-Identifier: Apache-2.0
package org.bitreduce;

/** A peer died, left early or gave up. Names it. Fails the communicator for good. */
public final class RankFailedException extends CollectiveException {

    private static final long serialVersionUID = 1L;

    /**
     * Describes what happened.
     *
     * @param message what, where and what to do
     */
    public RankFailedException(String message) {
        super(message, null);
    }

    @Override
    public boolean isClean() {
        return false;
    }
}
