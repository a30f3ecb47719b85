// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.transport.tcp;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.bitreduce.CollectiveException;
import org.bitreduce.RankFailedException;
import org.bitreduce.TransportException;
import org.bitreduce.transport.MessageBuffer;
import org.bitreduce.transport.NativePool;
import org.bitreduce.transport.Request;
import org.bitreduce.transport.Traffic;
import org.bitreduce.transport.TrafficCounter;
import org.bitreduce.transport.Transport;

/**
 * Messages over one TCP connection per pair of ranks, sent from where they lie and landing where their receive wants them.
 * No thread of its own: connections move when {@link #progress()} is called.
 */
public final class TcpTransport implements Transport {

    static final long LONGEST_MESSAGE = Integer.MAX_VALUE - 1024;

    /** How often connections are looked at of which nothing is awaited. */
    private static final int CALLS_PER_LOOK_AROUND = 64;

    private static final long LEAVE_NANOS = 2_000_000_000L;
    private static final long ABORT_NANOS = 500_000_000L;
    private static final long NANOS_PER_MILLI = 1_000_000;

    private final TcpCard self;
    private final NativePool<Block> pool;
    private final TrafficCounter traffic;
    /** By rank, null for this one. */
    private final Connection[] connections;
    /** Beginning with the next rank's, so that not all ranks send to rank 0 first. */
    private final Connection[] inTurn;

    private final Farewell farewell;
    /** One per peer, used again and again, and what they send, which is empty. */
    private final TcpRequest[] wakes;

    private final Block nothing;
    private final Selector selector;
    private int calls;
    private CollectiveException failure;
    private boolean closed;

    /**
     * Takes over connections.
     *
     * @param connections by rank, null for this one, non-blocking
     */
    TcpTransport(TcpCard self, Connection[] connections, NativePool<Block> pool, TrafficCounter traffic) {
        this.self = self;
        this.connections = connections;
        this.pool = pool;
        this.traffic = traffic;
        int size = connections.length;
        inTurn = new Connection[size - 1];
        for (int step = 1; step < size; step++) {
            inTurn[step - 1] = connections[(self.rank() + step) % size];
        }
        farewell = new Farewell(inTurn, pool);
        wakes = new TcpRequest[size];
        Arrays.setAll(wakes, rank -> new TcpRequest(pool));
        nothing = pool.take(1);
        try {
            selector = Selector.open();
        } catch (IOException e) {
            throw new TransportException("rank " + self.rank() + " cannot wait for its connections: " + e, e);
        }
    }

    @Override
    public int rank() {
        return self.rank();
    }

    @Override
    public int size() {
        return connections.length;
    }

    @Override
    public String name() {
        return "tcp";
    }

    @Override
    public String describe(int rank) {
        return (rank == self.rank() ? self : connections[rank].peer()).describe();
    }

    @Override
    public boolean readsInPlace() {
        return false;
    }

    @Override
    public long maxMessageBytes() {
        return LONGEST_MESSAGE;
    }

    @Override
    public MessageBuffer allocate(long bytes) {
        if (bytes < 1 || bytes > LONGEST_MESSAGE) {
            throw new IllegalArgumentException(
                    "a message buffer has 1 to " + LONGEST_MESSAGE + " bytes: bytes=" + bytes);
        }
        requireUsable();
        return new TcpBuffer(pool, bytes);
    }

    /**
     * Takes memory for messages that somebody else has allocated, in place of {@link #allocate}.
     *
     * @param memory native, of 1 to {@link #maxMessageBytes()} bytes; stays with its owner, who frees it after the
     *     transport is closed
     * @return it, for messages of this transport
     */
    public MessageBuffer adopt(MemorySegment memory) {
        requireUsable();
        return new TcpBuffer(pool, memory);
    }

    /**
     * Ends a peer's sleep in {@link #await}, even if it has not begun yet; a peer that does not sleep takes no notice. Does
     * not wait, and does not throw: that a peer is gone is found out elsewhere.
     *
     * @param peer another rank
     */
    public void wake(int peer) {
        if (closed || failure != null) {
            return;
        }
        connections[peer].wake(wakes[peer], nothing);
    }

    @Override
    public Request newRequest() {
        return new TcpRequest(pool);
    }

    @Override
    public void send(Request request, int destination, long tag, MessageBuffer message, long length) {
        requirePeer(destination);
        TcpRequest sending = begin(request, 1, tag, message, length);
        connections[destination].send(sending);
    }

    @Override
    public void publish(Request request, long tag, MessageBuffer message, long length) {
        TcpRequest sending = begin(request, inTurn.length, tag, message, length);
        for (Connection connection : inTurn) {
            connection.send(sending);
        }
    }

    @Override
    public void publish(Request request, int[] destinations, long tag, MessageBuffer message, long length) {
        for (int destination : destinations) {
            requirePeer(destination);
        }
        TcpRequest sending = begin(request, destinations.length, tag, message, length);
        for (int destination : destinations) {
            connections[destination].send(sending);
        }
    }

    private TcpRequest begin(Request request, int destinations, long tag, MessageBuffer message, long length) {
        TcpRequest own = requireOwn(request, tag);
        TcpBuffer buffer = requireOwn(message);
        long room = buffer.segment().byteSize();
        if (length < 1 || length > room) {
            throw new IllegalArgumentException(
                    "a message has 1 to " + room + " bytes, the size of its buffer: length=" + length);
        }
        own.beginSend(destinations, tag, buffer.block(), length);
        for (int i = 0; i < destinations; i++) {
            traffic.sent(Prefix.BYTES + length);
        }
        return own;
    }

    @Override
    public void receive(Request request, int source, long tag, MessageBuffer landing) {
        requirePeer(source);
        TcpRequest own = requireOwn(request, tag);
        try {
            connections[source].receive(own, tag, requireOwn(landing).block());
        } catch (CollectiveException e) {
            failure = e;
            throw e;
        }
    }

    private void requirePeer(int peer) {
        if (peer < 0 || peer >= size() || peer == rank()) {
            throw new IllegalArgumentException("not a peer of rank " + rank() + " of " + size() + ": rank=" + peer);
        }
    }

    private TcpRequest requireOwn(Request request, long tag) {
        requireUsable();
        if (!(request instanceof TcpRequest own) || !own.belongsTo(pool)) {
            throw new IllegalArgumentException("the request must be from newRequest of this transport");
        }
        if (tag < 0) {
            throw new IllegalArgumentException("a tag is not negative: tag=" + tag);
        }
        own.requireIdle();
        return own;
    }

    private TcpBuffer requireOwn(MessageBuffer buffer) {
        if (!(buffer instanceof TcpBuffer own) || !own.isUsable(pool)) {
            throw new IllegalArgumentException("the message must be an open buffer from allocate of this transport");
        }
        return own;
    }

    private void requireUsable() {
        if (closed) {
            throw new IllegalStateException("the transport is closed: rank=" + rank());
        }
        if (failure != null) {
            throw failure;
        }
    }

    @Override
    public boolean progress() {
        requireUsable();
        calls++;
        boolean everything = calls % CALLS_PER_LOOK_AROUND == 0;
        boolean moved = false;
        try {
            for (Connection connection : inTurn) {
                moved |= connection.progress(everything);
            }
            for (Connection connection : inTurn) {
                connection.check(rank());
            }
            return moved;
        } catch (CollectiveException e) {
            failure = e;
            throw e;
        }
    }

    /** Sleeps until a connection has something for this rank, or takes something of it. */
    @Override
    public void await(long nanos) {
        requireUsable();
        for (Connection connection : inTurn) {
            connection.watch(selector);
        }
        try {
            selector.select(TcpTransport::markReady, Math.max(1, nanos / NANOS_PER_MILLI));
        } catch (IOException e) {
            failure = new TransportException("rank " + rank() + " cannot wait for its connections: " + e, e);
            throw failure;
        }
    }

    @Override
    public boolean wakes() {
        return true;
    }

    private static void markReady(SelectionKey key) {
        ((Connection) key.attachment()).isReady();
    }

    @Override
    public Traffic traffic() {
        return traffic;
    }

    @Override
    public void abort(String cause) {
        if (closed) {
            return;
        }
        byte[] text = String.valueOf(cause).getBytes(StandardCharsets.UTF_8);
        farewell.say(Prefix.ABORT, Arrays.copyOf(text, Math.min(text.length, Prefix.LONGEST_CAUSE)), ABORT_NANOS);
        if (failure == null) {
            failure = new RankFailedException("rank " + rank() + " has given up: " + cause);
        }
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        if (failure == null) {
            farewell.say(Prefix.LEAVE, new byte[0], LEAVE_NANOS);
        }
        closed = true;
        farewell.close();
        Sockets.close(selector);
        pool.clear();
    }
}
