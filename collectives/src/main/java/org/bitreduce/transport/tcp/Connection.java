// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.transport.tcp;

import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import org.bitreduce.RankFailedException;
import org.bitreduce.transport.NativePool;
import org.bitreduce.transport.TrafficCounter;

/**
 * The connection to one peer, and what is known about that peer. Writing to a peer that is gone is no error in itself:
 * what it sent before tells whether it left, gave up or died. Confined like its transport.
 */
final class Connection {

    private final TcpCard peer;
    private final SocketChannel channel;
    private final PeerNews news = new PeerNews();
    private final Outbox outbox;
    private final Inbox inbox;
    private SelectionKey key;
    private IOException broken;
    private boolean ready;

    Connection(TcpCard peer, SocketChannel channel, NativePool<Block> pool, long stashBytes, TrafficCounter traffic) {
        this.peer = peer;
        this.channel = channel;
        this.outbox = new Outbox(channel);
        this.inbox = new Inbox(peer.rank(), channel, new Stash(pool, stashBytes), traffic, news);
    }

    TcpCard peer() {
        return peer;
    }

    /** Posts a message; what the connection takes at once leaves at once. */
    void send(TcpRequest message) {
        boolean first = outbox.isEmpty();
        outbox.add(message);
        if (first) {
            write();
        }
    }

    void receive(TcpRequest request, long tag, Block landing) {
        inbox.receive(request, tag, landing);
    }

    /**
     * Writes and reads what can be, by one system call each.
     *
     * @param everything whether to read even if nothing is awaited
     * @return whether anything moved
     */
    boolean progress(boolean everything) {
        boolean moved = !outbox.isEmpty() && write();
        if (everything || ready || inbox.isAwaited() || !outbox.isEmpty()) {
            ready = false;
            moved |= read();
        }
        return moved;
    }

    private boolean write() {
        if (news.hasLeft() || broken != null) {
            outbox.dropAll();
            return true;
        }
        try {
            return outbox.write();
        } catch (IOException e) {
            broken = e;
            return true;
        }
    }

    private boolean read() {
        try {
            return inbox.poll();
        } catch (IOException e) {
            broken = e;
            return false;
        }
    }

    /**
     * Looks whether the peer is still there.
     *
     * @param self this rank, for messages
     * @throws RankFailedException if it gave up, died, or has left while this rank waits for it
     */
    void check(int self) {
        if (broken != null && !news.hasLeft()) {
            readToTheEnd();
        }
        if (news.cause() != null) {
            throw new RankFailedException("%s gave up: %s".formatted(named(), news.cause()));
        }
        if (news.hasLeft()) {
            if (inbox.hasOpenReceives()) {
                throw new RankFailedException(
                        "%s left while rank %d waits for its message; do all ranks make the same calls?"
                                .formatted(named(), self));
            }
        } else if (inbox.hasEnded() || broken != null) {
            throw new RankFailedException(
                    "%s died while rank %d worked with it, or the connection to it ended%s%s; see the output of that rank"
                            .formatted(
                                    named(),
                                    self,
                                    inbox.isMidMessage() ? " in the middle of a message" : "",
                                    broken == null ? "" : " (" + broken.getMessage() + ")"));
        }
    }

    /** Its last words may still lie in the system's buffers. */
    private void readToTheEnd() {
        boolean more = true;
        while (more) {
            more = read() && !inbox.hasEnded();
        }
    }

    private String named() {
        return "rank " + peer.rank() + " (" + peer.describe() + ")";
    }

    /** Tells the selector what this connection waits for. */
    void watch(Selector selector) {
        try {
            int wanted = (news.hasLeft() || inbox.hasEnded() || inbox.isStalled() ? 0 : SelectionKey.OP_READ)
                    | (outbox.isEmpty() ? 0 : SelectionKey.OP_WRITE);
            if (key == null) {
                key = channel.register(selector, wanted, this);
            } else if (key.interestOps() != wanted) {
                key.interestOps(wanted);
            }
        } catch (IOException e) {
            broken = e;
        }
    }

    /** The selector says that something can be read or written. */
    void isReady() {
        ready = true;
    }

    /** Ends the peer's sleep, if it sleeps; what is on its way to it does so anyway. */
    void wake(TcpRequest request, Block nothing) {
        if (outbox.isEmpty()) {
            request.beginSend(1, Prefix.WAKE, nothing, 0);
            send(request);
        }
    }

    /** Puts the last message in the queue: nothing is sent after it. */
    void sendLast(TcpRequest message, boolean dropOthers) {
        if (dropOthers) {
            outbox.dropWaiting();
        }
        send(message);
    }

    /**
     * Writes the rest of what waits, and reads and drops what comes, so that the peer can do the same.
     *
     * @return whether there is nothing more to do
     */
    boolean flush(Drain drain) {
        if (broken != null || news.hasLeft()) {
            outbox.dropAll();
        }
        write();
        if (!outbox.isEmpty()) {
            try {
                drain.drop(channel);
            } catch (IOException e) {
                broken = e;
            }
        }
        return outbox.isEmpty();
    }

    /** Ends the connection. What was written still arrives, unless there is unread data of the peer's. */
    void close(Drain drain) {
        try {
            drain.drop(channel);
        } catch (IOException e) {
            broken = e; // the peer is gone already
        }
        try {
            channel.close();
        } catch (IOException e) {
            System.getLogger(Connection.class.getName())
                    .log(System.Logger.Level.DEBUG, "closing the connection to " + named(), e);
        }
    }
}
