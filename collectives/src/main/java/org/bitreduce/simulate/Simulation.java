// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.simulate;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import org.bitreduce.CommunicatorOptions;
import org.bitreduce.Outcome;
import org.bitreduce.algorithm.Call;
import org.bitreduce.algorithm.WorkMeter;

/**
 * A group of ranks in virtual time: their engines, agreement and schedules included, driven by a virtual clock in the
 * calling thread. What comes out depends on the arguments only. Confined to one thread.
 */
public final class Simulation {

    private static final int EVENTS_PER_LOOK = 1 << 16;

    private final VirtualClock clock = new VirtualClock();
    private final List<SimulatedRank> ranks = new ArrayList<>();
    private long events;

    /**
     * Makes a group.
     *
     * @param size number of ranks, 1 to 65,535
     * @param network between them
     * @param rates of their work with numbers
     * @param data whether vectors and messages hold anything; if not, calls take any memory as theirs, and none is
     *     touched
     * @param options of all ranks; the deadline aside, which is in real time
     */
    public Simulation(int size, NetworkModel network, WorkRates rates, boolean data, CommunicatorOptions options) {
        this(size, network, rates, data, options, WorkMeter.NONE);
    }

    /**
     * Makes a group whose work is observed, for example to measure it.
     *
     * @param size number of ranks, 1 to 65,535
     * @param network between them
     * @param rates of their work with numbers
     * @param data whether vectors and messages hold anything
     * @param options of all ranks; the deadline aside
     * @param observer is told of all work of all ranks that is really done, and does not forbid it
     */
    public Simulation(
            int size,
            NetworkModel network,
            WorkRates rates,
            boolean data,
            CommunicatorOptions options,
            WorkMeter observer) {
        if (size < 1 || size > 65_535) {
            throw new IllegalArgumentException("the number of ranks must be 1 to 65535: ranks=" + size);
        }
        SimulatedNetwork links = new SimulatedNetwork(clock, network, size);
        CommunicatorOptions patient = options.withDeadline(Duration.ofDays(1_000));
        for (int rank = 0; rank < size; rank++) {
            ranks.add(new SimulatedRank(clock, links, rank, rates, data, observer, patient));
        }
    }

    /** Is told from time to time how far a simulation has come. */
    @FunctionalInterface
    public interface Watch {

        /**
         * Looks on.
         *
         * @param picos of virtual time since the simulation was made
         * @param events that have happened
         */
        void see(long picos, long events);
    }

    /**
     * Lets all ranks make a call at the same time.
     *
     * @param calls what each rank calls
     * @return what it took
     * @throws org.bitreduce.CollectiveException if it failed, on any rank
     */
    public CallTimes run(IntFunction<Call> calls) {
        return run(calls, (picos, events) -> {});
    }

    /**
     * Lets all ranks make a call at the same time.
     *
     * @param calls what each rank calls
     * @param watch is told every {@value #EVENTS_PER_LOOK} events
     * @return what it took
     * @throws org.bitreduce.CollectiveException if it failed, on any rank
     */
    public CallTimes run(IntFunction<Call> calls, Watch watch) {
        long start = ranks.stream().mapToLong(SimulatedRank::time).max().orElseThrow();
        clock.at(start, () -> {
            for (int rank = 0; rank < ranks.size(); rank++) {
                ranks.get(rank).post(calls.apply(rank));
            }
        });
        while (clock.step()) {
            if (++events % EVENTS_PER_LOOK == 0) {
                watch.see(clock.now(), events);
            }
        }
        return times(start);
    }

    private CallTimes times(long start) {
        long read = 0;
        long agreed = 0;
        long ended = 0;
        long messages = 0;
        long bytes = 0;
        for (int rank = 0; rank < ranks.size(); rank++) {
            SimulatedRank each = ranks.get(rank);
            if (!each.isDone()) {
                throw new IllegalStateException("rank %d waits for ever".formatted(rank));
            }
            Outcome outcome = each.outcome();
            read = Math.max(read, each.readPicos());
            agreed = Math.max(agreed, each.agreedAt() - start);
            ended = Math.max(ended, each.endedAt() - start);
            messages += outcome.wireMessages();
            bytes += outcome.wireBytes();
        }
        return new CallTimes(read, agreed, ended, messages, bytes);
    }

    /**
     * {@return what the last call did on a rank}
     *
     * @param rank any
     */
    public Outcome outcome(int rank) {
        return ranks.get(rank).outcome();
    }
}
