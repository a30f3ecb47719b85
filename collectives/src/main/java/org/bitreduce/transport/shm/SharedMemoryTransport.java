// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.transport.shm;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.function.IntUnaryOperator;
import org.bitreduce.CollectiveException;
import org.bitreduce.Placement;
import org.bitreduce.TransportException;
import org.bitreduce.transport.InPlaceMemory;
import org.bitreduce.transport.MessageBuffer;
import org.bitreduce.transport.Request;
import org.bitreduce.transport.Traffic;
import org.bitreduce.transport.TrafficCounter;
import org.bitreduce.transport.Transport;
import org.bitreduce.transport.Waiter;

/**
 * The transport between ranks of one host. A message is never copied: its receiver reads it where the sender wrote it.
 *
 * <p>{@link #threads} is for ranks that are threads and share this class; {@link #mapped} for all others: processes, and
 * threads that load the library in class loaders of their own. What a rank has sent stays readable for the others after it
 * has closed. {@link Traffic} counts the bytes of messages; descriptors (64 bytes each) are not counted. A send to a rank
 * that has closed is done without having been read.
 */
public final class SharedMemoryTransport implements Transport {

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

    private SharedMemoryTransport(
            ControlRegion control, SegmentStore store, int rank, long limitBytes, PeerWatch watch) {
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

    /**
     * Joins a group of threads. Returns at once: the other ranks may join later, from other threads or this one.
     *
     * @param group the same on all ranks
     * @param rank this rank, different on all ranks
     * @param deadline after which {@link #progress} fails if a rank has not joined, positive
     * @return this rank's end, owned by the caller
     * @throws TransportException if the rank has joined already, or the group has been closed
     */
    public static SharedMemoryTransport threads(LocalGroup group, int rank, Duration deadline) {
        return threads(group, rank, deadline, Long.MAX_VALUE);
    }

    static SharedMemoryTransport threads(LocalGroup group, int rank, Duration deadline, long limitBytes) {
        requireRank(rank, group.size());
        ProcessIdentity self = ProcessIdentity.current();
        ControlRegion control = group.join(rank, self);
        return new SharedMemoryTransport(
                control, group.storeOf(rank), rank, limitBytes, new PeerWatch(control, rank, self, deadline));
    }

    /**
     * Joins a group that shares files. Returns when all ranks have joined.
     *
     * @param directory private to the job and its user, the same on all ranks, from {@link #createDirectory} or made by
     *     the caller; files in it are removed by the ranks, and the directory too if it is from {@link #createDirectory}
     * @param rank this rank, different on all ranks
     * @param size number of ranks, 1 to 64, the same on all ranks
     * @param deadline how long to wait for the others, positive
     * @return this rank's end, owned by the caller
     * @throws org.bitreduce.CollectiveTimeoutException if ranks are still absent at the deadline; names them
     * @throws org.bitreduce.RankFailedException if one of them has died meanwhile
     * @throws TransportException if the files cannot be made or mapped, the group has another size, or the rank has
     *     joined already
     */
    public static SharedMemoryTransport mapped(Path directory, int rank, int size, Duration deadline) {
        return mapped(directory, rank, size, deadline, Long.MAX_VALUE);
    }

    static SharedMemoryTransport mapped(Path directory, int rank, int size, Duration deadline, long limitBytes) {
        return mapped(directory, rank, size, deadline, limitBytes, IntUnaryOperator.identity());
    }

    /**
     * Joins a group that shares files, and is part of a larger one.
     *
     * @param directory as above
     * @param rank this rank in the part
     * @param ranks what the ranks of the part are called in messages for people, by their rank in the part
     * @param deadline how long to wait for the others, positive
     * @return this rank's end, owned by the caller
     * @throws org.bitreduce.CollectiveException as above
     */
    public static SharedMemoryTransport mapped(Path directory, int rank, int[] ranks, Duration deadline) {
        int[] names = ranks.clone();
        return mapped(directory, rank, names.length, deadline, Long.MAX_VALUE, index -> names[index]);
    }

    private static SharedMemoryTransport mapped(
            Path directory, int rank, int size, Duration deadline, long limitBytes, IntUnaryOperator numbers) {
        ControlRegion.requireSize(size);
        requireRank(rank, size);
        if (!Files.isDirectory(directory)) {
            throw new TransportException("rank " + rank + " finds no directory for shared memory: directory="
                    + directory + "; all ranks must run on one host and be given the same directory");
        }
        ProcessIdentity self = ProcessIdentity.current();
        MappedStore store = new MappedStore(directory, rank, self);
        ControlRegion control = null;
        boolean joined = false;
        try {
            control = new ControlRegion(store.control(size), size);
            control.numberBy(numbers);
            control.requireJoin(rank, self);
            joined = true;
            PeerWatch watch = new PeerWatch(control, rank, self, deadline);
            awaitAll(control, watch, deadline);
            store.dropControlName();
            return new SharedMemoryTransport(control, store, rank, limitBytes, watch);
        } catch (RuntimeException e) {
            if (joined) {
                control.leave(rank);
            }
            store.close(false);
            throw e;
        }
    }

    /**
     * Joins a group whose ranks are children of one process, such as the mpirun of this host: nobody needs to tell them a
     * directory. Returns when all ranks have joined.
     *
     * @param rank this rank, different on all ranks
     * @param size number of ranks, 1 to 64, the same on all ranks
     * @param deadline how long to wait for the others, positive
     * @return this rank's end, owned by the caller
     * @throws org.bitreduce.CollectiveTimeoutException if ranks are still absent at the deadline; names them
     * @throws TransportException if there is no such process, or the files cannot be made or mapped
     */
    public static SharedMemoryTransport siblings(int rank, int size, Duration deadline) {
        long parent = ProcessHandle.current().parent().map(ProcessHandle::pid).orElse(0L);
        if (parent == 0) {
            throw new TransportException("rank " + rank + " cannot see the process that has started it,"
                    + " by which ranks of one host find each other; choose -Dbitreduce.transport=tcp");
        }
        try {
            Path directory = JobDirectory.ofParent(ProcessIdentity.of(parent));
            ProcessIdentity self = ProcessIdentity.current();
            // No launcher of ours removes what a rank leaves that exits, or is told to, before it closes.
            Runtime.getRuntime().addShutdownHook(new Thread(() -> JobDirectory.leave(directory, rank, self)));
            return mapped(directory, rank, size, deadline);
        } catch (IOException e) {
            throw new TransportException("rank " + rank + " cannot make a directory for shared memory: " + e, e);
        }
    }

    /**
     * Makes a directory for one job in /dev/shm or, where there is no room, in the temporary folder (logged). First
     * removes the directories of this user's jobs whose processes have all died. Asks for room for 64 ranks; where their
     * number is known, {@link #createDirectory(int)} is content with less.
     *
     * @return the directory, readable and writable by this user only
     * @throws TransportException if none can be made
     */
    public static Path createDirectory() {
        return createDirectory(ControlLayout.MAX_RANKS);
    }

    /**
     * Makes a directory like {@link #createDirectory()}, for a known number of ranks.
     *
     * @param size number of ranks, 1 to 64
     * @return the directory, readable and writable by this user only
     * @throws TransportException if none can be made
     */
    public static Path createDirectory(int size) {
        ControlRegion.requireSize(size);
        return JobDirectory.create(size);
    }

    /**
     * Makes a directory for one group of ranks within another, for several groups in one job.
     *
     * @param parent private to the job and its user
     * @return the directory, readable and writable by this user only; the last rank of the group removes it
     * @throws TransportException if it cannot be made
     */
    public static Path createDirectory(Path parent) {
        try {
            return JobDirectory.createIn(parent);
        } catch (IOException e) {
            throw new TransportException("cannot make a directory for shared memory: parent=" + parent + ": " + e, e);
        }
    }

    private static void requireRank(int rank, int size) {
        if (rank < 0 || rank >= size) {
            throw new IllegalArgumentException("rank must be in [0, " + (size - 1) + "]: rank=" + rank);
        }
    }

    private static void awaitAll(ControlRegion control, PeerWatch watch, Duration deadline) {
        Waiter waiter = new Waiter(control.size(), deadline);
        while (!watch.allHaveJoined()) {
            if (watch.isDue()) {
                watch.look();
            }
            waiter.idle(false);
        }
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
        return "shared-memory";
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
