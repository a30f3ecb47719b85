// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.transport.tcp;

import java.nio.charset.StandardCharsets;

/** What a peer has said about itself. Confined like its transport. */
final class PeerNews {

    private boolean left;
    private String cause;

    /**
     * Takes a message of the kind {@link Prefix#LEAVE} or {@link Prefix#ABORT}, or {@link Prefix#WAKE}, which has done its
     * work by coming.
     */
    void take(long kind, byte[] text) {
        if (kind == Prefix.LEAVE) {
            left = true;
        } else if (kind == Prefix.ABORT) {
            cause = new String(text, StandardCharsets.UTF_8);
        }
    }

    boolean hasLeft() {
        return left;
    }

    /** {@return why it gave up, or null} */
    String cause() {
        return cause;
    }
}
