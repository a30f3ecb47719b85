// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.simulate;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.bitreduce.CallOptions;
import org.bitreduce.Codec;
import org.bitreduce.CommunicatorOptions;
import org.bitreduce.ElementType;
import org.bitreduce.Mode;
import org.bitreduce.Reduction;
import org.bitreduce.algorithm.Algorithm;
import org.bitreduce.algorithm.AlgorithmTable;
import org.bitreduce.algorithm.Call;
import org.bitreduce.algorithm.Operation;
import org.bitreduce.algorithm.Work;
import org.bitreduce.algorithm.WorkMeter;
import org.bitreduce.simulate.NetworkModel;
import org.bitreduce.simulate.Simulation;
import org.bitreduce.simulate.WorkRates;

/**
 * Measures the work with numbers of one rank on this machine: two ranks all-reduce a real vector in one thread, over a
 * grid so that something is passed on too, and each kind of work is timed apart.
 */
final class RateMeasurement implements WorkMeter {

    /** Of a vector that no cache holds; longer ones are no slower. */
    private static final long MOST = 1 << 22;

    /** Of one whose chunks are still worth timing. */
    private static final long LEAST = 1 << 14;

    private static final int RANKS = 3;
    private static final long WARMUP_NANOS = 1_500_000_000L;
    /** Of {@link #WARMUP_NANOS} each: as long as the compiler makes calls faster. */
    private static final int MOST_WARMUPS = 8;

    private static final double FASTER = 0.95;

    private static final int LEAST_ROUNDS = 15;
    private static final long MEASURED_ELEMENTS = 5 * MOST;

    private final Map<Work, Double> nanos = new EnumMap<>(Work.class);
    private final Map<Work, Double> bytes = new EnumMap<>(Work.class);
    /** One for each call: a core that was lost for a while spoils one of them, and not their median. */
    private final Map<Work, List<Double>> picosPerByte = new EnumMap<>(Work.class);

    private long started;

    /** {@return the elements of the vector that is measured in place of one of so many}, in the same caches */
    static long elements(long count) {
        return Math.clamp(count, LEAST, MOST);
    }

    /**
     * Measures.
     *
     * @param codec how elements travel
     * @param mode arithmetic
     * @param count elements, see {@link #elements}
     * @param atOnce how many threads work at once, and share caches and memory
     * @return rates of all kinds of work, of one of them
     */
    static WorkRates measure(Codec codec, Mode mode, long count, int atOnce) {
        RateMeasurement all = new RateMeasurement();
        try (ExecutorService threads = Executors.newFixedThreadPool(atOnce)) {
            List<Future<RateMeasurement>> measurements = new ArrayList<>();
            for (int i = 0; i < atOnce; i++) {
                measurements.add(threads.submit(() -> {
                    RateMeasurement each = new RateMeasurement();
                    each.run(codec, mode, count);
                    return each;
                }));
            }
            for (Future<RateMeasurement> measurement : measurements) {
                all.add(measurement.get());
            }
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException("the kernels could not be measured: " + e, e);
        }
        return all.rates();
    }

    private void add(RateMeasurement other) {
        other.picosPerByte.forEach((work, rounds) ->
                picosPerByte.computeIfAbsent(work, w -> new ArrayList<>()).addAll(rounds));
    }

    private void run(Codec codec, Mode mode, long count) {
        CommunicatorOptions options = CommunicatorOptions.DEFAULT.withAlgorithms(AlgorithmTable.only(Algorithm.GRID));
        NetworkModel network = new NetworkModel(1, 0, 0);
        Simulation simulation = new Simulation(RANKS, network, WorkRates.free(), true, options, this);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment input = arena.allocate(count * Float.BYTES, 64);
            SplittableRandom random = new SplittableRandom(1);
            for (long i = 0; i < count; i++) {
                input.setAtIndex(java.lang.foreign.ValueLayout.JAVA_FLOAT, i, (float) random.nextGaussian());
            }
            MemorySegment output = arena.allocate(count * Float.BYTES, 64);
            Call call = new Call(
                    Operation.ALL_REDUCE,
                    input,
                    output,
                    count,
                    ElementType.FLOAT,
                    Reduction.SUM,
                    0,
                    codec,
                    CallOptions.DEFAULT.withMode(codec.isPlain() ? null : mode));
            warmUp(() -> simulation.run(rank -> call));
            int rounds = (int) Math.max(LEAST_ROUNDS, MEASURED_ELEMENTS / count);
            for (int round = 0; round < rounds; round++) {
                nanos.clear();
                bytes.clear();
                simulation.run(rank -> call);
                nanos.forEach((work, total) -> picosPerByte
                        .computeIfAbsent(work, w -> new ArrayList<>())
                        .add(1000 * total / bytes.get(work)));
            }
        }
    }

    /** Where cores are busy, a compiler may come to its work late. */
    private static void warmUp(Runnable run) {
        long before = Long.MAX_VALUE;
        long least = fastest(run);
        for (int i = 1; i < MOST_WARMUPS && least < FASTER * before; i++) {
            before = least;
            least = Math.min(least, fastest(run));
        }
    }

    private static long fastest(Runnable run) {
        long begin = System.nanoTime();
        long least = Long.MAX_VALUE;
        for (long last = begin; last - begin < WARMUP_NANOS; ) {
            run.run();
            long now = System.nanoTime();
            least = Math.min(least, now - last);
            last = now;
        }
        return least;
    }

    private WorkRates rates() {
        Map<Work, Double> medians = new EnumMap<>(Work.class);
        picosPerByte.forEach((work, rounds) -> medians.put(
                work,
                rounds.stream().sorted().skip(rounds.size() / 2).findFirst().orElseThrow()));
        return new WorkRates(medians);
    }

    @Override
    public boolean spend(Work work, long size) {
        started = System.nanoTime();
        return true;
    }

    @Override
    public void done(Work work, long size) {
        nanos.merge(work, (double) (System.nanoTime() - started), Double::sum);
        bytes.merge(work, (double) size, Double::sum);
    }
}
