// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.simulate;

import java.lang.foreign.MemorySegment;
import org.bitreduce.CallOptions;
import org.bitreduce.Codec;
import org.bitreduce.CommunicatorOptions;
import org.bitreduce.ElementType;
import org.bitreduce.Mode;
import org.bitreduce.Reduction;
import org.bitreduce.algorithm.Algorithm;
import org.bitreduce.algorithm.Call;
import org.bitreduce.bench.UsedMode;
import org.bitreduce.simulate.CallTimes;
import org.bitreduce.simulate.NetworkModel;
import org.bitreduce.simulate.Simulation;
import org.bitreduce.simulate.WorkRates;
import org.bitreduce.text.Names;

/**
 * Predicts calls, without data: each is simulated as it is, with free work, and with free work over unlimited links, and
 * the differences tell what its time is made of.
 *
 * @param plan what to simulate
 * @param codec how elements travel
 * @param rates of work with numbers
 */
record Predictor(SimulationPlan plan, Codec codec, WorkRates rates) {

    /** Of heap for each pair of ranks that exchange messages: windows, slots, requests, events, and what the pools keep. */
    private static final long BYTES_PER_PAIR = 600;

    private static final long BYTES_PER_RANK = 60_000;

    /**
     * Simulates.
     *
     * @param ranks how many
     * @param count elements of the vector
     * @return what it would take
     */
    Prediction predict(int ranks, long count) {
        Call call = call(ranks, count);
        Mode mode = UsedMode.of(plan.operation(), plan.mode(), codec.bits());
        Algorithm algorithm =
                plan.algorithms().choose("simulated", call.operation(), mode, ranks, call.count() * Float.BYTES);
        requireRoom(ranks, algorithm);
        NetworkModel network = plan.network(ranks);
        CallTimes all = run(ranks, call, network, rates, "1 of 3");
        CallTimes free = run(ranks, call, network, WorkRates.free(), "2 of 3, numbers cost nothing");
        CallTimes bare = run(ranks, call, network.withoutBandwidth(), WorkRates.free(), "3 of 3, bytes cost nothing");
        double exchange = all.ended() - all.agreed();
        double moving = free.ended() - free.agreed();
        double latency = bare.ended() - bare.agreed();
        double bound = new LowerBound(network, ranks, count, codec).picos(plan.operation(), mode);
        return new Prediction(
                Names.of(plan.operation()),
                ranks,
                count * Float.BYTES,
                codec.bits(),
                Names.of(mode),
                Names.of(algorithm),
                all.ended() / 1e6,
                (all.agreed() - all.read()) / 1e6,
                (all.read() + exchange - moving) / 1e6,
                (moving - latency) / 1e6,
                latency / 1e6,
                bound / 1e6,
                all.ended() == 0 ? 1 : bound / all.ended(),
                count * Float.BYTES * 1e3 / Math.max(1, all.ended()),
                all.messages() / (double) ranks,
                all.bytes() / ranks);
    }

    /** Sizes of all-gather are those of all ranks' elements together. */
    private Call call(int ranks, long count) {
        boolean shares = plan.operation().sharesVector();
        boolean chooses = plan.operation().combines() && !codec.isPlain();
        return new Call(
                plan.operation(),
                MemorySegment.NULL,
                MemorySegment.NULL,
                shares ? Math.ceilDiv(count, ranks) : count,
                ElementType.FLOAT,
                Reduction.SUM,
                0,
                codec,
                CallOptions.DEFAULT.withMode(chooses ? plan.mode() : null));
    }

    private CallTimes run(int ranks, Call call, NetworkModel network, WorkRates work, String turn) {
        CommunicatorOptions options = CommunicatorOptions.DEFAULT.withAlgorithms(plan.algorithms());
        return new Simulation(ranks, network, work, false, options)
                .run(rank -> call, new ProgressLine("%d ranks, %s".formatted(ranks, turn)));
    }

    /** Says at once what would end in an OutOfMemoryError. */
    private void requireRoom(int ranks, Algorithm algorithm) {
        boolean direct = algorithm == Algorithm.DIRECT;
        long pairs = direct ? (long) ranks * ranks : 4L * ranks * (long) Math.ceil(Math.sqrt(ranks));
        long wanted = pairs * BYTES_PER_PAIR + (long) ranks * BYTES_PER_RANK;
        long room = Runtime.getRuntime().maxMemory() / 4 * 3;
        if (wanted > room) {
            throw new IllegalArgumentException(
                    "%d ranks by the algorithm %s need about %d MiB of heap for %d pairs of ranks, there are %d: take fewer ranks%s, or more heap (--jvm=-Xmx8g)"
                            .formatted(
                                    ranks,
                                    Names.of(algorithm),
                                    wanted >> 20,
                                    pairs,
                                    room >> 20,
                                    direct ? ", --algorithm grid" : ""));
        }
    }
}
