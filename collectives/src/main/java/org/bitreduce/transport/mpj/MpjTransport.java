// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.transport.mpj;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.bitreduce.CollectiveException;
import org.bitreduce.RankFailedException;
import org.bitreduce.transport.MessageBuffer;
import org.bitreduce.transport.Request;
import org.bitreduce.transport.Traffic;
import org.bitreduce.transport.TrafficCounter;
import org.bitreduce.transport.Transport;

/**
 * Messages through MPJ Express, without a copy where their receive was posted before they came. Its messages never meet
 * the program's own MPJ calls, which may go on beside it.
 *
 * <p>Uses one thread of its own per peer to which it has sent more than a few kilobytes. With niodev any one thread at a
 * time may use it, otherwise only one of the rank's own thread group.
 */
final class MpjTransport implements Transport {

    private static final long LONGEST_MESSAGE = Integer.MAX_VALUE - 1024;
    private static final long LEAVE_NANOS = 2_000_000_000L;
    private static final long ABORT_NANOS = 500_000_000L;

    private final MpjDevice device;
    private final SendLane[] lanes;
    private final boolean[] sharesJvm;
    /** Each rank begins with its own neighbour, so that not all of them send to rank 0 first. */
    private final int[] inTurn;

    private final BufferPool pool = new BufferPool();
    private final Control control;
    private final PeerWatch watch;
    private final TrafficCounter traffic = new TrafficCounter();
    private final List<MpjRequest> sends = new ArrayList<>();
    private final List<Incoming> receives = new ArrayList<>();
    private final List<LocalSend> localSends = new ArrayList<>();
    private int streams;
    private CollectiveException failure;
    private boolean closed;

    /** A send within the JVM, which is copied by whoever comes second. */
    private record LocalSend(MpjRequest request, mpjdev.Request posted) {}

    private MpjTransport(MpjDevice device, SendLane[] lanes) {
        this.device = device;
        this.lanes = lanes;
        this.sharesJvm = new boolean[lanes.length];
        this.inTurn = new int[lanes.length - 1];
        Arrays.setAll(inTurn, step -> (device.rank() + 1 + step) % lanes.length);
        this.control = new Control(device, lanes, pool, Peer.self(device.rank(), device.switchLimit()));
        this.watch = new PeerWatch(device, control, lanes);
    }

    /**
     * Meets the other ranks of the device.
     *
     * @throws CollectiveException if some are not there when the deadline has passed
     */
    static MpjTransport meet(MpjDevice device, Duration deadline) {
        SendLane[] lanes = new SendLane[device.size()];
        for (int rank = 0; rank < lanes.length; rank++) {
            lanes[rank] = rank == device.rank() ? null : new SendLane(device, rank, device.switchLimit());
        }
        MpjTransport transport = new MpjTransport(device, lanes);
        Meeting.await(transport.control, device, deadline);
        Peer self = transport.control.peer(device.rank());
        for (int rank = 0; rank < lanes.length; rank++) {
            transport.sharesJvm[rank] = self.sharesJvm(transport.control.peer(rank));
        }
        return transport;
    }

    @Override
    public int rank() {
        return device.rank();
    }

    @Override
    public int size() {
        return device.size();
    }

    @Override
    public String name() {
        return "mpj-" + device.name();
    }

    @Override
    public String describe(int rank) {
        return control.peer(rank).toString();
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
        return pool.allocate(bytes);
    }

    @Override
    public Request newRequest() {
        return new MpjRequest();
    }

    @Override
    public void send(Request request, int destination, long tag, MessageBuffer message, long length) {
        checkPeer(destination);
        MpjBuffer buffer = check(tag, message, length);
        MpjRequest sending = (MpjRequest) request;
        sending.beginSend(1);
        sends.add(sending);
        post(sending, destination, tag, buffer, (int) length, streams++);
    }

    @Override
    public void publish(Request request, long tag, MessageBuffer message, long length) {
        publish(request, inTurn, tag, message, length);
    }

    @Override
    public void publish(Request request, int[] destinations, long tag, MessageBuffer message, long length) {
        for (int destination : destinations) {
            checkPeer(destination);
        }
        MpjBuffer buffer = check(tag, message, length);
        MpjRequest sending = (MpjRequest) request;
        sending.beginSend(destinations.length);
        if (destinations.length == 0) {
            return;
        }
        sends.add(sending);
        int stream = streams++;
        for (int destination : destinations) {
            post(sending, destination, tag, buffer, (int) length, stream);
        }
    }

    private void post(MpjRequest request, int destination, long tag, MpjBuffer buffer, int length, int stream) {
        traffic.sent(length);
        long wireTag = WireTag.data(tag);
        if (sharesJvm[destination]) {
            buffer.writeHeader(tag, length, stream);
            localSends.add(new LocalSend(
                    request,
                    device.isend(
                            buffer.sendView(device.sendOverhead(), length),
                            MpjBuffer.HEADER + length,
                            destination,
                            wireTag)));
        } else {
            lanes[destination].submit(new Outgoing(request, buffer, length, tag, wireTag, stream), true);
        }
    }

    @Override
    public void receive(Request request, int source, long tag, MessageBuffer landing) {
        checkPeer(source);
        MpjBuffer buffer = check(tag, landing, 1);
        MpjRequest receiving = (MpjRequest) request;
        receiving.beginReceive();
        try {
            receives.add(new Incoming(device, receiving, buffer, source, tag, WireTag.data(tag)));
        } catch (CollectiveException e) {
            failure = e;
            throw e;
        }
    }

    private void checkPeer(int peer) {
        if (peer < 0 || peer >= size() || peer == rank()) {
            throw new IllegalArgumentException("not a peer of rank " + rank() + " of " + size() + ": rank=" + peer);
        }
    }

    private MpjBuffer check(long tag, MessageBuffer buffer, long length) {
        checkUsable();
        if (tag < 0) {
            throw new IllegalArgumentException("a tag is not negative: tag=" + tag);
        }
        if (!(buffer instanceof MpjBuffer ours)) {
            throw new IllegalArgumentException("a message buffer comes from allocate of the same transport: " + buffer);
        }
        if (length < 1 || length > ours.segment().byteSize()) {
            throw new IllegalArgumentException("a message has 1 to "
                    + ours.segment().byteSize() + " bytes, the size of its buffer: length=" + length);
        }
        return ours;
    }

    private void checkUsable() {
        if (closed) {
            throw new IllegalStateException("the transport of rank " + rank() + " is closed");
        }
        if (failure != null) {
            throw failure;
        }
    }

    @Override
    public boolean progress() {
        checkUsable();
        try {
            return advance();
        } catch (CollectiveException e) {
            failure = e;
            throw e;
        }
    }

    private boolean advance() {
        boolean advanced = control.poll();
        watch.checkAborts();
        advanced |= localSends.removeIf(MpjTransport::isCopied);
        advanced |= sends.removeIf(MpjRequest::completeSend);
        advanced |= receives.removeIf(this::hasArrived);
        // A rank that has left says so after its last message, so what has not arrived by now never will.
        checkLeft();
        if (!advanced) {
            watch.check(!receives.isEmpty());
        }
        return advanced;
    }

    private static boolean isCopied(LocalSend send) {
        boolean copied = MpjDevice.isDone(send.posted);
        if (copied) {
            send.request.sent();
        }
        return copied;
    }

    private boolean hasArrived(Incoming incoming) {
        boolean arrived = incoming.poll();
        if (arrived) {
            traffic.received(incoming.length());
            lanes[incoming.source()].heard();
        }
        return arrived;
    }

    private void checkLeft() {
        for (Incoming waiting : receives) {
            if (control.hasLeft(waiting.source())) {
                throw new RankFailedException("rank " + rank() + ": " + describe(waiting.source())
                        + " has left, while this rank waits for a message of it with tag=" + waiting.tag()
                        + "; all ranks must make the same calls before they close");
            }
        }
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
        try {
            control.broadcastAbort(String.valueOf(cause), pool);
            flush(ABORT_NANOS);
        } catch (RuntimeException e) {
            // The peers learn it from their deadlines.
            System.getLogger(MpjTransport.class.getName())
                    .log(System.Logger.Level.DEBUG, "rank " + rank() + " could not tell that it gives up", e);
        }
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
            control.broadcastLeave(pool);
            flush(LEAVE_NANOS);
        }
        closed = true;
        for (SendLane lane : lanes) {
            if (lane != null) {
                lane.close();
            }
        }
        pool.clear();
    }

    private void flush(long nanos) {
        long deadline = System.nanoTime() + nanos;
        for (SendLane lane : lanes) {
            while (lane != null && !lane.isIdle() && System.nanoTime() < deadline) {
                LockSupport.parkNanos(100_000);
            }
        }
    }
}
