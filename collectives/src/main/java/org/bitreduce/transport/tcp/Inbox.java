// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.transport.tcp;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SocketChannel;
import org.agrona.collections.Long2ObjectHashMap;
import org.bitreduce.CorruptFrameException;
import org.bitreduce.TransportException;
import org.bitreduce.transport.TrafficCounter;

/**
 * What comes from one peer. Prefixes and short messages are read into a buffer of this class, so that one system call does
 * for both; what remains of a long message is read straight to where its receive wants it, or, if none is posted yet, into
 * the {@link Stash}.
 *
 * <p>When the stash is full, and no posted receive waits for this peer, nothing more is read, until one is posted. That
 * cannot make ranks wait for each other in a circle: the message that some receive waits for is always read, and what it
 * must pass on the way is taken in whatever the limit; and no rank may count on a send being done whose receive has not
 * been posted. Confined like its transport.
 */
final class Inbox {

    private static final int STAGING_BYTES = 16 << 10;

    private final int source;
    private final SocketChannel channel;
    private final Arrivals arrivals;
    private final TrafficCounter traffic;
    private final PeerNews news;
    /** Between calls, what is unread lies from position to limit. */
    private final ByteBuffer staging = ByteBuffer.allocateDirect(STAGING_BYTES)
            .order(ByteOrder.LITTLE_ENDIAN)
            .limit(0);

    private final ByteBuffer[] messageAndStaging = {null, staging};
    private final Long2ObjectHashMap<TcpRequest> posted = new Long2ObjectHashMap<>();

    // The message that is coming, if its block is not null: to a request, or to an arrival.
    private Block block;
    private long length;
    private long landed;
    private TcpRequest request;
    private Arrival arrival;
    private boolean stalled;
    private boolean ended;

    Inbox(int source, SocketChannel channel, Stash stash, TrafficCounter traffic, PeerNews news) {
        this.source = source;
        this.channel = channel;
        this.arrivals = new Arrivals(stash, traffic);
        this.traffic = traffic;
        this.news = news;
    }

    /**
     * Posts a receive.
     *
     * @throws IllegalStateException if one is posted for this tag already
     */
    void receive(TcpRequest receive, long tag, Block landing) {
        Arrival come = arrivals.find(tag);
        if (posted.containsKey(tag) || (come != null && come.request != null)) {
            throw new IllegalStateException(
                    "a receive for this message is posted already: source=" + source + ", tag=" + tag);
        }
        receive.beginReceive(tag, landing);
        if (come == null) {
            posted.put(tag, receive);
        } else {
            requireRoom(tag, come.length, landing);
            arrivals.claim(come, receive);
        }
    }

    /** {@return whether something is wanted of this peer, so that looking for it now is worth a system call} */
    boolean isAwaited() {
        return !posted.isEmpty() || arrivals.hasLate() || block != null;
    }

    /** {@return whether receives are posted whose messages have not wholly come} */
    boolean hasOpenReceives() {
        return !posted.isEmpty() || request != null || (arrival != null && arrival.request != null);
    }

    /** {@return whether nothing will be read until a receive is posted} */
    boolean isStalled() {
        return stalled && posted.isEmpty();
    }

    /** {@return whether the peer's end of the connection is closed and all before that has been read} */
    boolean hasEnded() {
        return ended;
    }

    /** {@return whether the peer was cut off in the middle of a message} */
    boolean isMidMessage() {
        return block != null || staging.hasRemaining();
    }

    /** Takes what has come, by at most one system call. {@return whether there was anything} */
    boolean poll() throws IOException {
        boolean worked = arrivals.deliverLate();
        if (stalled) {
            stalled = false;
            worked |= take();
        }
        if (ended || stalled) {
            return worked;
        }
        long read = read();
        if (read < 0) {
            ended = true;
            return true;
        }
        if (read > 0) {
            take();
        }
        return read > 0 || worked;
    }

    /** A message that is coming has emptied the staging buffer. */
    private long read() throws IOException {
        if (block == null) {
            staging.compact();
            try {
                return channel.read(staging);
            } finally {
                staging.flip();
            }
        }
        messageAndStaging[0] = block.view(landed, length);
        staging.clear();
        long read = 0;
        try {
            read = channel.read(messageAndStaging);
        } finally {
            staging.flip();
        }
        landed += Math.max(0, read - staging.limit());
        return read;
    }

    /** Goes on with the message that is coming and begins those behind it. {@return whether anything moved} */
    private boolean take() {
        boolean moved = false;
        while (!stalled) {
            if (block == null && !begin()) {
                return moved;
            }
            moved = true;
            if (block != null && !fill()) {
                return true;
            }
        }
        return moved;
    }

    /** {@return whether a whole message of the peer's about itself, or the prefix of one for the user, has been taken} */
    private boolean begin() {
        if (staging.remaining() < Prefix.BYTES) {
            return false;
        }
        long tag = staging.getLong(staging.position());
        long bytes = staging.getLong(staging.position() + Long.BYTES);
        if (tag < 0) {
            return takeNews(tag, bytes);
        }
        if (bytes < 1 || bytes > TcpTransport.LONGEST_MESSAGE) {
            throw corrupt("a message with tag=" + tag + " says that its length is " + bytes);
        }
        TcpRequest receive = posted.get(tag);
        if (receive != null) {
            requireRoom(tag, bytes, receive.block());
            posted.remove(tag);
            start(receive.block(), bytes);
            request = receive;
        } else if (posted.isEmpty() && arrivals.isFullFor(bytes)) {
            stalled = true;
            return false;
        } else {
            keep(tag, bytes);
        }
        staging.position(staging.position() + Prefix.BYTES);
        return true;
    }

    private void start(Block memory, long bytes) {
        block = memory;
        length = bytes;
        landed = 0;
    }

    private void keep(long tag, long bytes) {
        arrival = arrivals.begin(tag, bytes);
        if (arrival == null) {
            throw corrupt("two messages with the same tag are under way: tag=" + tag);
        }
        start(arrival.block, bytes);
    }

    private boolean takeNews(long tag, long bytes) {
        boolean known = ((tag == Prefix.LEAVE || tag == Prefix.WAKE) && bytes == 0)
                || (tag == Prefix.ABORT && bytes >= 0 && bytes <= Prefix.LONGEST_CAUSE);
        if (!known) {
            throw corrupt("a message about itself with kind=" + tag + " and length=" + bytes);
        }
        if (staging.remaining() < Prefix.BYTES + bytes) {
            return false;
        }
        staging.position(staging.position() + Prefix.BYTES);
        byte[] text = new byte[(int) bytes];
        staging.get(text);
        news.take(tag, text);
        return true;
    }

    /** Copies what has been read of the message that is coming. {@return whether it is complete} */
    private boolean fill() {
        long copied = Math.min(staging.remaining(), length - landed);
        if (copied > 0) {
            int end = staging.limit();
            staging.limit(staging.position() + (int) copied);
            block.view(landed, length).put(staging);
            staging.limit(end);
            landed += copied;
        }
        if (landed < length) {
            return false;
        }
        complete();
        return true;
    }

    private void complete() {
        if (request != null) {
            traffic.received(Prefix.BYTES + length);
            request.received(length);
        } else {
            arrivals.complete(arrival);
        }
        block = null;
        request = null;
        arrival = null;
    }

    private void requireRoom(long tag, long bytes, Block landing) {
        long room = landing.memory().byteSize();
        if (bytes > room) {
            throw new TransportException(
                    "a message of rank " + source + " is longer than the buffer that waits for it:" + " tag=" + tag
                            + ", length=" + bytes + ", buffer=" + room + "; all ranks must make the same calls");
        }
    }

    private CorruptFrameException corrupt(String what) {
        return new CorruptFrameException("the connection to rank " + source + " carries what no rank sends: " + what
                + "; do all ranks run the same version?");
    }
}
