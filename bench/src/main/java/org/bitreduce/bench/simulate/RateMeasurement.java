// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.simulate;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.EnumMap;
import java.util.Map;
import java.util.SplittableRandom;
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

    /** Of a vector that no cache holds. */
    private static final long COUNT = 1 << 22;

    private static final int RANKS = 3;
    private static final long WARMUP_NANOS = 1_500_000_000L;
    private static final int MEASURED_CALLS = 5;

    private final Map<Work, Double> nanos = new EnumMap<>(Work.class);
    private final Map<Work, Double> bytes = new EnumMap<>(Work.class);
    private long started;

    /**
     * Measures.
     *
     * @param codec how elements travel
     * @param mode arithmetic
     * @return rates of all kinds of work
     */
    static WorkRates measure(Codec codec, Mode mode) {
        RateMeasurement measurement = new RateMeasurement();
        measurement.run(codec, mode);
        return measurement.rates();
    }

    private void run(Codec codec, Mode mode) {
        CommunicatorOptions options = CommunicatorOptions.DEFAULT.withAlgorithms(AlgorithmTable.only(Algorithm.GRID));
        NetworkModel network = new NetworkModel(1, 0, 0);
        Simulation simulation = new Simulation(RANKS, network, WorkRates.free(), true, options, this);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment input = arena.allocate(COUNT * Float.BYTES, 64);
            SplittableRandom random = new SplittableRandom(1);
            for (long i = 0; i < COUNT; i++) {
                input.setAtIndex(java.lang.foreign.ValueLayout.JAVA_FLOAT, i, (float) random.nextGaussian());
            }
            MemorySegment output = arena.allocate(COUNT * Float.BYTES, 64);
            Call call = new Call(
                    Operation.ALL_REDUCE,
                    input,
                    output,
                    COUNT,
                    ElementType.FLOAT,
                    Reduction.SUM,
                    0,
                    codec,
                    CallOptions.DEFAULT.withMode(codec.isPlain() ? null : mode));
            long start = System.nanoTime();
            while (System.nanoTime() - start < WARMUP_NANOS) {
                simulation.run(rank -> call);
            }
            nanos.clear();
            bytes.clear();
            for (int i = 0; i < MEASURED_CALLS; i++) {
                simulation.run(rank -> call);
            }
        }
    }

    private WorkRates rates() {
        Map<Work, Double> picosPerByte = new EnumMap<>(Work.class);
        nanos.forEach((work, total) -> picosPerByte.put(work, 1000 * total / bytes.get(work)));
        return new WorkRates(picosPerByte);
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
