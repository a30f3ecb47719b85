// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.simulate;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.Map;
import org.bitreduce.RankFailedException;
import org.bitreduce.transport.MessageBuffer;
import org.bitreduce.transport.Request;
import org.bitreduce.transport.Traffic;
import org.bitreduce.transport.TrafficCounter;
import org.bitreduce.transport.Transport;

/**
 * One rank's end of a {@link SimulatedNetwork}. Messages are taken when they are posted, and need not hold anything: then
 * all buffers are one small piece of memory, which nobody reads. Confined to the simulation's thread.
 */
final class SimulatedTransport implements Transport {

    private static final long LONGEST_MESSAGE = 1L << 30;

    private record Source(int rank, long tag) {}

    /**
     * What is under way.
     *
     * @param data what the receiver reads
     * @param bytes its length, also where the data is a dummy
     */
    record Message(MemorySegment data, long bytes) {}

    record Buffer(MemorySegment segment) implements MessageBuffer {
        @Override
        public void close() {
            // The garbage collector's.
        }
    }

    private final SimulatedNetwork network;
    private final SimulatedRank owner;
    private final int rank;
    private final Buffer dummy;
    private final TrafficCounter traffic = new TrafficCounter();
    private final Map<Source, SimulatedRequest> receives = new HashMap<>();
    private final Map<Source, Message> early = new HashMap<>();
    private boolean happened;
    private int arrivals;
    private String failure;

    SimulatedTransport(SimulatedNetwork network, SimulatedRank owner, int rank) {
        this.network = network;
        this.owner = owner;
        this.rank = rank;
        this.dummy = owner.hasData() ? null : network.nothing();
        network.attach(this);
    }

    @Override
    public int rank() {
        return rank;
    }

    @Override
    public int size() {
        return network.size();
    }

    @Override
    public String name() {
        return "simulated";
    }

    @Override
    public String describe(int peer) {
        return "simulated rank " + peer;
    }

    @Override
    public boolean readsInPlace() {
        return true;
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
        return dummy != null ? dummy : new Buffer(Arena.ofAuto().allocate(bytes, 64));
    }

    @Override
    public Request newRequest() {
        return new SimulatedRequest();
    }

    @Override
    public void send(Request request, int destination, long tag, MessageBuffer message, long length) {
        publish(request, new int[] {destination}, tag, message, length);
    }

    @Override
    public void publish(Request request, long tag, MessageBuffer message, long length) {
        int[] peers = new int[size() - 1];
        for (int step = 1; step < size(); step++) {
            peers[step - 1] = (rank + step) % size();
        }
        publish(request, peers, tag, message, length);
    }

    @Override
    public void publish(Request request, int[] destinations, long tag, MessageBuffer message, long length) {
        SimulatedRequest sending = (SimulatedRequest) request;
        checkPost(tag, message, length);
        for (int destination : destinations) {
            checkPeer(destination);
        }
        sending.post();
        if (destinations.length == 0) {
            sending.complete(null);
            return;
        }
        for (int i = 0; i < destinations.length; i++) {
            traffic.sent(length);
        }
        owner.spendPicos(destinations.length * network.model().overheadPicos());
        network.send(owner.time(), rank, destinations.clone(), tag, take(message, length), sending);
    }

    private Message take(MessageBuffer message, long length) {
        if (dummy != null) {
            return new Message(dummy.segment(), length);
        }
        MemorySegment copy = Arena.ofAuto().allocate(length, 64);
        MemorySegment.copy(message.segment(), 0, copy, 0, length);
        return new Message(copy.asReadOnly(), length);
    }

    private void checkPost(long tag, MessageBuffer message, long length) {
        long room = dummy != null ? LONGEST_MESSAGE : message.segment().byteSize();
        if (tag < 0 || length < 1 || length > room) {
            throw new IllegalArgumentException(
                    "a message has a tag from 0 and 1 to %d bytes: tag=%d, length=%d".formatted(room, tag, length));
        }
    }

    private void checkPeer(int peer) {
        if (peer < 0 || peer >= size() || peer == rank) {
            throw new IllegalArgumentException("not a peer of rank %d of %d: rank=%d".formatted(rank, size(), peer));
        }
    }

    @Override
    public void receive(Request request, int source, long tag, MessageBuffer landing) {
        checkPeer(source);
        SimulatedRequest receiving = (SimulatedRequest) request;
        receiving.post();
        Source from = new Source(source, tag);
        Message message = early.remove(from);
        if (message != null) {
            receiving.complete(message.data());
            happened = true;
        } else if (receives.put(from, receiving) != null) {
            throw new IllegalStateException("two receives of one message: source=%d, tag=%d".formatted(source, tag));
        }
    }

    /** A message of this rank has left. */
    void sent(SimulatedRequest request) {
        request.complete(null);
        happened = true;
        owner.wake();
    }

    /** A message has come. */
    void arrived(int source, long tag, Message message) {
        traffic.received(message.bytes());
        arrivals++;
        Source from = new Source(source, tag);
        SimulatedRequest receiving = receives.remove(from);
        if (receiving == null) {
            early.put(from, message);
        } else {
            receiving.complete(message.data());
        }
        happened = true;
        owner.wake();
    }

    void fail(String cause) {
        failure = cause;
        owner.wake();
    }

    @Override
    public boolean progress() {
        if (failure != null) {
            throw new RankFailedException(failure);
        }
        owner.spendPicos(arrivals * network.model().overheadPicos());
        arrivals = 0;
        boolean something = happened;
        happened = false;
        return something;
    }

    @Override
    public Traffic traffic() {
        return traffic;
    }

    @Override
    public void abort(String cause) {
        network.abort(rank, cause);
    }

    @Override
    public void close() {
        // Nothing outlives the simulation.
    }
}
