// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.transport.hosts;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.bitreduce.CollectiveException;
import org.bitreduce.Placement;
import org.bitreduce.transport.InPlaceMemory;
import org.bitreduce.transport.MessageBuffer;
import org.bitreduce.transport.RenumberedPlaces;
import org.bitreduce.transport.Request;
import org.bitreduce.transport.Traffic;
import org.bitreduce.transport.Transport;
import org.bitreduce.transport.shm.SharedMemoryTransport;
import org.bitreduce.transport.tcp.TcpTransport;

/**
 * Shared memory between ranks of the same host, TCP between others, for one group of ranks. Memory for messages is shared,
 * and TCP sends from there too, so that one publication goes both ways without a copy. A rank sleeps on its connections; a
 * rank of its host that has something for it wakes it through theirs, which carries nothing else.
 */
public final class HostsTransport implements Transport {

    /** What reports call it. */
    public static final String NAME = "shared-memory+tcp";

    private final TcpTransport far;
    /** Null where this rank is the only one of its host. */
    private final SharedMemoryTransport near;

    private final Placement placement;
    /** By rank: its number among those of this host, or -1. */
    private final int[] nearRanks;

    /** The other ranks of this host, by their numbers on it. */
    private final int[] mates;
    /** The ranks of other hosts. */
    private final int[] strangers;

    private final HostsTraffic traffic;
    private final InPlaceMemory places;
    private CollectiveException failure;
    private boolean closed;

    /**
     * Puts two transports together, and owns them from now on.
     *
     * @param far to all ranks; nothing is under way
     * @param near to the ranks of this host, in their order; nothing is under way; null where there are no others
     * @param placement the same on all ranks
     */
    public HostsTransport(TcpTransport far, SharedMemoryTransport near, Placement placement) {
        this.far = far;
        this.near = near;
        this.placement = placement;
        int[] own = placement.ranksOf(placement.hostOf(far.rank()));
        if (placement.ranks() != far.size() || own.length != (near == null ? 1 : near.size())) {
            throw new IllegalArgumentException("transports of %d and %d ranks do not go with the placement %s"
                    .formatted(far.size(), near == null ? 1 : near.size(), placement));
        }
        this.nearRanks = new int[far.size()];
        Arrays.fill(nearRanks, -1);
        for (int i = 0; i < own.length; i++) {
            nearRanks[own[i]] = i;
        }
        this.mates = IntStream.range(0, own.length)
                .filter(number -> own[number] != far.rank())
                .toArray();
        this.strangers = IntStream.range(0, far.size())
                .filter(rank -> nearRanks[rank] < 0)
                .toArray();
        this.traffic = new HostsTraffic(far.traffic(), near == null ? null : near.traffic());
        this.places = near == null ? null : new RenumberedPlaces(near.inPlace(), nearRanks);
        if (near != null) {
            near.sleepBy(new SleepOnConnections(far, own));
        }
    }

    @Override
    public int rank() {
        return far.rank();
    }

    @Override
    public int size() {
        return far.size();
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String describe(int rank) {
        return far.describe(rank);
    }

    @Override
    public boolean readsInPlace() {
        return strangers.length == 0 && near != null;
    }

    @Override
    public boolean readsInPlace(int source) {
        return nearRanks[source] >= 0;
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
        return far.maxMessageBytes();
    }

    @Override
    public MessageBuffer allocate(long bytes) {
        requireUsable();
        if (near == null) {
            return new HostsBuffer(null, far.allocate(bytes));
        }
        if (bytes > far.maxMessageBytes()) {
            throw new IllegalArgumentException(
                    "a message buffer has 1 to " + far.maxMessageBytes() + " bytes: bytes=" + bytes);
        }
        MessageBuffer shared = near.allocate(bytes);
        return new HostsBuffer(shared, far.adopt(shared.segment()));
    }

    @Override
    public Request newRequest() {
        return new HostsRequest(this, near == null ? null : near.newRequest(), far.newRequest());
    }

    @Override
    public void send(Request request, int destination, long tag, MessageBuffer message, long length) {
        HostsRequest own = requireOwn(request);
        HostsBuffer buffer = requireOwn(message);
        if (isNear(destination)) {
            near.send(own.near(), nearRanks[destination], tag, buffer.near(), length);
            own.sends(true, false);
        } else {
            far.send(own.far(), destination, tag, buffer.far(), length);
            own.sends(false, true);
        }
    }

    @Override
    public void publish(Request request, long tag, MessageBuffer message, long length) {
        publish(requireOwn(request), mates, strangers, tag, requireOwn(message), length);
    }

    @Override
    public void publish(Request request, int[] destinations, long tag, MessageBuffer message, long length) {
        int count = 0;
        for (int destination : destinations) {
            count += isNear(destination) ? 1 : 0;
        }
        int[] numbers = new int[count];
        int[] others = new int[destinations.length - count];
        int rest = 0;
        count = 0;
        for (int destination : destinations) {
            if (isNear(destination)) {
                numbers[count++] = nearRanks[destination];
            } else {
                others[rest++] = destination;
            }
        }
        publish(requireOwn(request), numbers, others, tag, requireOwn(message), length);
    }

    /** Posts to ranks of this host, by their numbers on it, and to others. */
    private void publish(
            HostsRequest request, int[] numbers, int[] others, long tag, HostsBuffer message, long length) {
        // One of them is posted in any case, so that wrong arguments are refused even where there is no destination.
        boolean byTcp = others.length > 0 || numbers.length == 0;
        if (numbers.length > 0) {
            near.publish(request.near(), numbers, tag, message.near(), length);
        }
        if (byTcp) {
            far.publish(request.far(), others, tag, message.far(), length);
        }
        request.sends(numbers.length > 0, byTcp);
    }

    @Override
    public void receive(Request request, int source, long tag, MessageBuffer landing) {
        HostsRequest own = requireOwn(request);
        if (isNear(source)) {
            near.receive(own.near(), nearRanks[source], tag, null);
            own.receives(true);
        } else {
            far.receive(own.far(), source, tag, requireOwn(landing).far());
            own.receives(false);
        }
    }

    /** Itself, and what is no rank at all, is refused by TCP. */
    private boolean isNear(int rank) {
        return rank >= 0 && rank < nearRanks.length && rank != far.rank() && nearRanks[rank] >= 0;
    }

    private HostsRequest requireOwn(Request request) {
        requireUsable();
        if (!(request instanceof HostsRequest own) || !own.belongsTo(this)) {
            throw new IllegalArgumentException("the request must be from newRequest of this transport");
        }
        own.requireIdle();
        return own;
    }

    private static HostsBuffer requireOwn(MessageBuffer buffer) {
        if (!(buffer instanceof HostsBuffer own)) {
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
        try {
            boolean moved = near != null && near.progress();
            moved |= far.progress();
            return moved;
        } catch (CollectiveException e) {
            failure = e;
            throw e;
        }
    }

    /** Sleeps until a connection, or a rank of the host, has something for this rank. */
    @Override
    public void await(long nanos) {
        requireUsable();
        try {
            if (near == null) {
                far.await(nanos);
            } else {
                near.await(nanos);
            }
        } catch (CollectiveException e) {
            failure = e;
            throw e;
        }
    }

    @Override
    public boolean wakes() {
        return true;
    }

    @Override
    public Traffic traffic() {
        return traffic;
    }

    @Override
    public void abort(String cause) {
        if (near != null) {
            near.abort(cause);
        }
        far.abort(cause);
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            // TCP may still have to write what lies in shared memory.
            try {
                far.close();
            } finally {
                if (near != null) {
                    near.close();
                }
            }
        }
    }
}
