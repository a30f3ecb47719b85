// SPDX-License-Identifier: Apache-2.0
package org.bitreduce;

/** A message is not what its sender meant: wrong magic, checksum, length or field. Fails the communicator for good. */
public final class CorruptFrameException extends CollectiveException {

    private static final long serialVersionUID = 1L;

    /**
     * Describes what happened.
     *
     * @param message what, where and what to do
     */
    public CorruptFrameException(String message) {
        super(message, null);
    }

    @Override
    public boolean isClean() {
        return false;
    }
}
