// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.transport.tcp;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;

/** What goes to one peer: one message after the other, straight from where it lies. Confined like its transport. */
final class Outbox {

    /** The most that one call writes, so that a long message to one peer does not keep others waiting. */
    private static final long MOST_BYTES = 256 << 10;

    private final SocketChannel channel;
    private final ArrayDeque<TcpRequest> queue = new ArrayDeque<>();
    private final ByteBuffer prefix = Prefix.allocate();
    private final ByteBuffer[] prefixAndMessage = {prefix, null};
    /** Bytes of the first message that have been written, its prefix included. */
    private long written;

    Outbox(SocketChannel channel) {
        this.channel = channel;
    }

    void add(TcpRequest message) {
        queue.add(message);
    }

    boolean isEmpty() {
        return queue.isEmpty();
    }

    /** Writes what the connection takes. {@return whether it took any} */
    boolean write() throws IOException {
        TcpRequest head = queue.peek();
        if (head == null) {
            return false;
        }
        long now = written < Prefix.BYTES ? writeStart(head) : writeRest(head);
        written += now;
        if (written == Prefix.BYTES + head.length()) {
            removeHead();
        }
        return now > 0;
    }

    private long writeStart(TcpRequest head) throws IOException {
        if (written == 0) {
            Prefix.write(prefix, head.tag(), head.length());
        }
        prefixAndMessage[1] = head.block().view(0, Math.min(head.length(), MOST_BYTES));
        return channel.write(prefixAndMessage);
    }

    private long writeRest(TcpRequest head) throws IOException {
        long from = written - Prefix.BYTES;
        return channel.write(head.block().view(from, Math.min(head.length(), from + MOST_BYTES)));
    }

    private void removeHead() {
        written = 0;
        queue.remove().sent();
    }

    /** Gives up what has not begun to leave. */
    void dropWaiting() {
        TcpRequest begun = written > 0 ? queue.remove() : null;
        dropAll();
        if (begun != null) {
            queue.add(begun);
        }
    }

    /** Gives up everything: nobody reads it any more. */
    void dropAll() {
        while (!queue.isEmpty()) {
            queue.remove().sent();
        }
    }
}
