// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.transport.tcp;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** Where goes what nobody wants any more. */
final class Drain {

    /** A peer that goes on sending must not keep us from closing. */
    private static final int MOST_READS = 256;

    private final ByteBuffer memory = ByteBuffer.allocateDirect(64 << 10);

    /** Reads what has come, up to some mebibytes, and forgets it. */
    void drop(SocketChannel channel) throws IOException {
        int reads = 0;
        do {
            memory.clear();
            reads++;
        } while (channel.read(memory) > 0 && reads < MOST_READS);
    }
}
