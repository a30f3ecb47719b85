// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.transport.shm;

import java.util.Arrays;
import org.bitreduce.CollectiveException;
import org.bitreduce.Placement;
import org.bitreduce.transport.InPlaceMemory;
import org.bitreduce.transport.MessageBuffer;
import org.bitreduce.transport.Request;
import org.bitreduce.transport.Traffic;
import org.bitreduce.transport.TrafficCounter;
import org.bitreduce.transport.Transport;

/**
 * The transport between ranks of one host. A message is never copied: its receiver reads it where the sender wrote it.
 *
 * <p>Ranks come together in a {@link SharedMemoryGroup}. What a rank has sent stays readable for the others after it
 * has closed. {@link Traffic} counts the bytes of messages; descriptors (64 bytes each) are not counted. A send to a rank
 * that has closed is done without having been read.
 */
public final class SharedMemoryTransport implements Transport {

    /** What reports call it. */
    public static final String NAME = "shared-memory";

    private static final long MAX_MESSAGE_BYTES = 1L << 40;
    private static final int CALLS_PER_CLOCK = 16;

    private final ControlRegion control;
    private final SegmentStore store;
    private final int rank;
    private final int size;
    private final BufferPool pool;
    private final ReleaseCells cells;
    private final Bells bells;
    private final PeerWatch watch;
    private final TrafficCounter traffic = new TrafficCounter();
    private final Inbox[] inboxes;
    private final SharedPlaces places;
    private final Placement placement;
    private final RingWriter[] writers;
    private SharedRequest[] sends = new SharedRequest[16];
    private int sendCount;
    private int calls;
    private CollectiveException failure;
    private boolean closed;

    /** A rank's end, in a control region that it has joined; see {@link SharedMemoryGroup}. */
    SharedMemoryTransport(ControlRegion control, SegmentStore store, int rank, long limitBytes, PeerWatch watch) {
        this.control = control;
        this.store = store;
        this.rank = rank;
        this.watch = watch;
        size = control.size();
        placement = Placement.together(size);
        pool = new BufferPool(store, control, rank, limitBytes);
        cells = new ReleaseCells(pool, size);
        bells = new Bells(control, rank);
        inboxes = new Inbox[size];
        writers = new RingWriter[size];
        for (int peer = 0; peer < size; peer++) {
            if (peer != rank) {
                PeerSegments segments = new PeerSegments(store, control, rank, peer);
                inboxes[peer] = new Inbox(new RingReader(control, peer, rank), segments, traffic);
                writers[peer] = new RingWriter(control, rank, peer);
            }
        }
        places = new SharedPlaces(pool, inboxes, traffic, rank, bells, watch::named);
    }

    @Override
    public int rank() {
        return rank;
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String describe(int peer) {
        requireRank(peer, size);
        return watch.describe(peer);
    }

    @Override
    public boolean readsInPlace() {
        return true;
    }

    @Override
    public Placement placement() {
        return placement;
    }

    @Override
    public InPlaceMemory inPlace() {
        return places;
    }

    @Override
    public long maxMessageBytes() {
        return MAX_MESSAGE_BYTES;
    }

    @Override
    public MessageBuffer allocate(long bytes) {
        if (bytes < 1 || bytes > MAX_MESSAGE_BYTES) {
            throw new IllegalArgumentException("bytes must be in [1, " + MAX_MESSAGE_BYTES + "]: bytes=" + bytes);
        }
        requireOpen();
        return pool.allocate(bytes);
    }

    @Override
    public Request newRequest() {
        return new SharedRequest(this, cells, bells);
    }

    @Override
    public void send(Request request, int destination, long tag, MessageBuffer message, long length) {
        requirePeer("destination", destination);
        post(request, 1L << destination, tag, message, length);
    }

    @Override
    public void publish(Request request, long tag, MessageBuffer message, long length) {
        post(request, (-1L >>> (Long.SIZE - size)) & ~(1L << rank), tag, message, length);
    }

    @Override
    public void publish(Request request, int[] destinations, long tag, MessageBuffer message, long length) {
        long ranks = 0;
        for (int destination : destinations) {
            requirePeer("destination", destination);
            ranks |= 1L << destination;
        }
        post(request, ranks, tag, message, length);
    }

    private void post(Request request, long destinations, long tag, MessageBuffer message, long length) {
        SharedRequest own = requireOwn(request, tag);
        if (!(message instanceof SharedBuffer buffer) || buffer.pool() != pool || buffer.isClosed()) {
            throw new IllegalArgumentException("the message must be an open buffer from allocate of this transport");
        }
        if (length < 1 || length > buffer.segment().byteSize()) {
            throw new IllegalArgumentException(
                    "length must be in [1, " + buffer.segment().byteSize() + "]: length=" + length);
        }
        own.beginSend(destinations, tag, buffer, length);
        for (int i = Long.bitCount(destinations); i > 0; i--) {
            traffic.sent(length);
        }
        own.advance(writers, watch.left());
        if (!own.isDone()) {
            if (sendCount == sends.length) {
                sends = Arrays.copyOf(sends, 2 * sendCount);
            }
            sends[sendCount++] = own;
        }
    }

    @Override
    public void receive(Request request, int source, long tag, MessageBuffer landing) {
        requirePeer("source", source);
        SharedRequest own = requireOwn(request, tag);
        if (inboxes[source].isAwaited(tag)) {
            throw new IllegalStateException(
                    "a receive for this message is posted already: source=" + source + ", tag=" + tag);
        }
        inboxes[source].receive(own, tag);
    }

    private SharedRequest requireOwn(Request request, long tag) {
        requireOpen();
        if (!(request instanceof SharedRequest own) || !own.belongsTo(this)) {
            throw new IllegalArgumentException("the request must be from newRequest of this transport");
        }
        if (tag < 0) {
            throw new IllegalArgumentException("tag must not be negative: tag=" + tag);
        }
        own.requireIdle();
        return own;
    }

    private void requirePeer(String field, int peer) {
        requireRank(peer, size);
        if (peer == rank) {
            throw new IllegalArgumentException(field + " must be another rank than this one: " + field + "=" + peer);
        }
    }

    static void requireRank(int rank, int size) {
        if (rank < 0 || rank >= size) {
            throw new IllegalArgumentException("rank must be in [0, " + (size - 1) + "]: rank=" + rank);
        }
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the transport is closed: rank=" + rank);
        }
        if (failure != null) {
            throw failure;
        }
    }

    @Override
    public boolean progress() {
        requireOpen();
        try {
            boolean received = pollInboxes();
            boolean seen = places.boards().poll();
            boolean sent = advanceSends();
            calls++;
            if (calls % CALLS_PER_CLOCK == 0 && watch.isDue()) {
                lookAround();
            }
            return received || seen || sent;
        } catch (CollectiveException e) {
            failure = e;
            throw e;
        }
    }

    /**
     * Has this rank sleep in another way, because it waits for more than this transport brings. To be called before
     * anything is posted, and by all ranks.
     *
     * @param sleeper used by {@link #await}, and whenever something is written for a rank that sleeps
     */
    public void sleepBy(Sleeper sleeper) {
        bells.use(sleeper);
    }

    @Override
    public boolean wakes() {
        return bells.canWake();
    }

    @Override
    public void await(long nanos) {
        if (!wakes()) {
            Transport.super.await(nanos);
            return;
        }
        long all = awaitedTogether();
        if (all == 0) {
            bells.announce();
        } else {
            bells.announce(all);
        }
        boolean moved;
        try {
            moved = progress();
        } catch (RuntimeException e) {
            bells.takeBack();
            throw e;
        }
        if (moved) {
            bells.takeBack();
        } else {
            bells.sleep(nanos);
        }
    }

    /**
     * {@return the ranks that must all come before anything can go on, one bit each; 0 if one of several might be enough} They
     * come whatever this rank does: to show a record, or to say that they have read what this rank has sent.
     */
    private long awaitedTogether() {
        for (Inbox inbox : inboxes) {
            if (inbox != null && inbox.awaited() > 0) {
                return 0;
            }
        }
        if (sendCount == 0) {
            return places.boards().missing();
        }
        return sendCount == 1 && places.boards().missing() == 0 ? sends[0].missing() : 0;
    }

    private boolean pollInboxes() {
        boolean worked = false;
        for (Inbox inbox : inboxes) {
            if (inbox != null) {
                worked |= inbox.poll();
            }
        }
        return worked;
    }

    private boolean advanceSends() {
        boolean worked = false;
        for (int i = sendCount - 1; i >= 0; i--) {
            SharedRequest send = sends[i];
            worked |= send.advance(writers, watch.left());
            if (send.isDone()) {
                sendCount--;
                sends[i] = sends[sendCount];
                sends[sendCount] = null;
            }
        }
        return worked;
    }

    private void lookAround() {
        watch.look();
        pool.releaseNames();
        places.boards().freeRetired();
        for (int peer = 0; peer < size; peer++) {
            if (peer == rank) {
                continue;
            }
            Inbox inbox = inboxes[peer];
            inbox.segments().openNew();
            if ((watch.left() & 1L << peer) != 0) {
                // What it sent before it left comes first.
                inbox.poll();
                places.boards().poll();
                if (inbox.awaited() > 0 || places.boards().areWaitingFor(peer)) {
                    throw watch.leftTooEarly(peer);
                }
            }
        }
    }

    @Override
    public Traffic traffic() {
        return traffic;
    }

    @Override
    public void abort(String cause) {
        if (!closed) {
            control.fail(rank, String.valueOf(cause));
        }
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        pool.releaseNames();
        control.leave(rank);
        boolean last = true;
        for (int peer = 0; peer < size && last; peer++) {
            last = peer == rank || control.hasClosed(peer) || watch.isDead(peer);
        }
        store.close(last);
    }

    /** {@return the control region, for tests that damage it} */
    ControlRegion control() {
        return control;
    }
}
