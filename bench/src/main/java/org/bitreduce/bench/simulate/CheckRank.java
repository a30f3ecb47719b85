// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.simulate;

import java.io.IOException;
import java.io.Writer;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.bitreduce.CallOptions;
import org.bitreduce.Codec;
import org.bitreduce.Communicator;
import org.bitreduce.CommunicatorOptions;
import org.bitreduce.ElementType;
import org.bitreduce.Outcome;
import org.bitreduce.Reduction;
import org.bitreduce.text.Names;
import tools.jackson.databind.ObjectMapper;

/**
 * The program of the real ranks that a prediction is checked against. Their vectors are not in shared memory, so plain
 * calls send messages, as the simulated ones do.
 */
public final class CheckRank {

    private static final int EMPTY_CALLS = 500;
    /** Until the JVM has compiled what calls need. */
    private static final int WARMUP_CALLS = 3_000;

    /** As many as that, or as carry so much. */
    private static final long WARMUP_BYTES = 2L << 30;

    private final SimulationPlan plan;
    private final Communicator world;

    private CheckRank(SimulationPlan plan, Communicator world) {
        this.plan = plan;
        this.world = world;
    }

    /**
     * Measures a plan's calls.
     *
     * @param args what a launcher puts before it, then the plan, see {@code SimulationPlan}
     * @throws IOException if rank 0 cannot write the rows
     */
    public static void main(String[] args) throws IOException {
        SimulationPlan plan = SimulationPlan.parse(args[args.length - 1]);
        CommunicatorOptions options = CommunicatorOptions.DEFAULT.withAlgorithms(plan.algorithms());
        try (Communicator world = Communicator.join(args, options)) {
            new CheckRank(plan, world).measureAll();
        }
    }

    private void measureAll() throws IOException {
        double emptyUs = micros(WARMUP_CALLS, EMPTY_CALLS, world::barrier);
        try (Writer rows = world.rank() == 0 ? Files.newBufferedWriter(Path.of(plan.rows())) : Writer.nullWriter()) {
            for (int width : plan.bits()) {
                for (long bytes : plan.bytes()) {
                    Measured row = measure(plan.codec(width), bytes, emptyUs);
                    rows.write(new ObjectMapper().writeValueAsString(row) + "\n");
                }
            }
        }
    }

    private Measured measure(Codec codec, long bytes, double emptyUs) {
        long count = bytes / Float.BYTES;
        CallOptions options = CallOptions.DEFAULT.withMode(codec.isPlain() ? null : plan.mode());
        Outcome[] last = new Outcome[1];
        try (Arena arena = Arena.ofShared()) {
            MemorySegment input = arena.allocate(bytes, 64);
            MemorySegment output = arena.allocate(bytes, 64);
            SplittableRandom random = new SplittableRandom(world.rank());
            for (long i = 0; i < count; i++) {
                input.setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) random.nextGaussian());
            }
            int calls = Math.clamp((256L << 20) / bytes, 10, 200);
            double callUs = micros(
                    Math.clamp(WARMUP_BYTES / bytes, 10, WARMUP_CALLS),
                    calls,
                    () -> last[0] =
                            world.allReduce(input, output, count, ElementType.FLOAT, Reduction.SUM, codec, options));
            return new Measured(bytes, codec.bits(), Names.of(last[0].algorithm()), emptyUs, callUs);
        }
    }

    /** {@return the median of the slowest rank's times, from a common start} */
    private double micros(int warmup, int calls, Runnable call) {
        long[] nanos = new long[calls];
        for (int i = -warmup; i < calls; i++) {
            world.barrier();
            long started = System.nanoTime();
            call.run();
            if (i >= 0) {
                nanos[i] = System.nanoTime() - started;
            }
        }
        MemorySegment slowest = MemorySegment.ofArray(nanos);
        world.allReduce(slowest, slowest, calls, ElementType.LONG, Reduction.MAX, Codec.plain(), CallOptions.DEFAULT);
        Arrays.sort(nanos);
        return nanos[calls / 2] / 1e3;
    }
}
