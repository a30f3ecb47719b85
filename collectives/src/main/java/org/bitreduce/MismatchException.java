// SPDX-License-Identifier: Apache-2.0
package org.bitreduce;

/** The ranks did not make the same call. Names the field, both ranks and both values. Clean: the communicator stays usable. */
public final class MismatchException extends CollectiveException {

    private static final long serialVersionUID = 1L;

    /**
     * Describes what happened.
     *
     * @param message what, where and what to do
     */
    public MismatchException(String message) {
        super(message, null);
    }

    @Override
    public boolean isClean() {
        return true;
    }
}
