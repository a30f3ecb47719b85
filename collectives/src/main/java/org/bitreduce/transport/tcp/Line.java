// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.transport.tcp;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** Reads and writes a few bytes on a blocking connection, within a deadline. */
final class Line {

    private final SocketChannel channel;
    private final Deadline deadline;

    Line(SocketChannel channel, Deadline deadline) {
        this.channel = channel;
        this.deadline = deadline;
    }

    /**
     * {@return exactly so many bytes}
     *
     * @param count how many, by the reader's own knowledge and never by the other side's word alone
     */
    byte[] read(int count) throws IOException {
        byte[] bytes = new byte[count];
        InputStream in = channel.socket().getInputStream();
        for (int done = 0; done < count; ) {
            channel.socket().setSoTimeout(deadline.millis());
            int now = in.read(bytes, done, count - done);
            if (now < 0) {
                throw new EOFException("the other side ended the connection");
            }
            done += now;
        }
        return bytes;
    }

    /** Writes few enough bytes that they fit into the system's buffers. */
    void write(byte[] bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
    }
}
