// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.transport.tcp;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * What goes before every message on a connection, little-endian: the tag (8 bytes) and the length of what follows (8).
 * Tags of messages are not negative; the negative ones say what peers tell each other about themselves.
 */
final class Prefix {

    static final int BYTES = 16;

    /** The sender has closed its transport in good order; nothing follows. */
    static final long LEAVE = -1;

    /** The sender gives up; what follows says why, in UTF-8, {@link #LONGEST_CAUSE} bytes at most. */
    static final long ABORT = -2;

    /** The receiver, if it sleeps, is to look around; nothing follows. */
    static final long WAKE = -3;

    static final int LONGEST_CAUSE = 300;

    private Prefix() {}

    static ByteBuffer allocate() {
        return ByteBuffer.allocateDirect(BYTES).order(ByteOrder.LITTLE_ENDIAN);
    }

    static void write(ByteBuffer prefix, long tag, long length) {
        prefix.clear();
        prefix.putLong(0, tag);
        prefix.putLong(Long.BYTES, length);
    }
}
