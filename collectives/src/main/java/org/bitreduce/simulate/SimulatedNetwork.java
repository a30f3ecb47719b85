// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.simulate;

import java.lang.foreign.Arena;

/** The links of all ranks, see {@link NetworkModel}. */
final class SimulatedNetwork {

    /** What calls itself a buffer where messages hold nothing: room for the record that opens a call, and a vector. */
    private static final long NOTHING_BYTES = 1 << 13;

    private final VirtualClock clock;
    private final NetworkModel model;
    private final SimulatedTransport[] ends;
    private final long[] outFree;
    private final long[] inFree;
    private final SimulatedTransport.Buffer nothing =
            new SimulatedTransport.Buffer(Arena.ofAuto().allocate(NOTHING_BYTES, 64));

    SimulatedNetwork(VirtualClock clock, NetworkModel model, int ranks) {
        this.clock = clock;
        this.model = model;
        this.ends = new SimulatedTransport[ranks];
        this.outFree = new long[ranks];
        this.inFree = new long[ranks];
    }

    int size() {
        return ends.length;
    }

    NetworkModel model() {
        return model;
    }

    /** {@return a buffer that all ranks share, for none reads what another has written} */
    SimulatedTransport.Buffer nothing() {
        return nothing;
    }

    void attach(SimulatedTransport end) {
        ends[end.rank()] = end;
    }

    /**
     * Lets a message go to some ranks, one after the other.
     *
     * @param time when it is posted, not earlier than now
     * @param request is told when the message has left for all of them
     */
    void send(
            long time,
            int source,
            int[] destinations,
            long tag,
            SimulatedTransport.Message message,
            SimulatedRequest request) {
        // Only this rank's messages use its link, and its time never runs backwards, so their order is known now.
        long left = time;
        for (int destination : destinations) {
            long start = Math.max(time, outFree[source]);
            left = start + model.serve(message.bytes());
            outFree[source] = left;
            clock.at(start + model.latencyPicos(), () -> reach(destination, source, tag, message));
        }
        clock.at(left, () -> ends[source].sent(request));
    }

    private void reach(int destination, int source, long tag, SimulatedTransport.Message message) {
        long arrived = Math.max(clock.now(), inFree[destination]) + model.serve(message.bytes());
        inFree[destination] = arrived;
        clock.at(arrived, () -> ends[destination].arrived(source, tag, message));
    }

    /** Tells all other ranks that one has given up. */
    void abort(int rank, String cause) {
        for (SimulatedTransport end : ends) {
            if (end.rank() != rank) {
                end.fail("rank %d: %s".formatted(rank, cause));
            }
        }
    }
}
