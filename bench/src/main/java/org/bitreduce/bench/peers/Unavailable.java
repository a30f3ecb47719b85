// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.peers;

/** A peer that cannot be had here. The message says what is missing and what would help; the rest goes on without it. */
public final class Unavailable extends Exception {

    private static final long serialVersionUID = 1L;

    /**
     * Makes an exception.
     *
     * @param message what is missing and what to do
     */
    public Unavailable(String message) {
        super(message);
    }
}
