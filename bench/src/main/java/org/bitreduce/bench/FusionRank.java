// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.bitreduce.CallOptions;
import org.bitreduce.Codec;
import org.bitreduce.Communicator;
import org.bitreduce.ElementType;
import org.bitreduce.Fusion;
import org.bitreduce.Pending;
import org.bitreduce.Reduction;
import org.bitreduce.launch.ExitCode;

/** The program of the ranks of {@code bench fusion}. Rank 0 prints the table. */
public final class FusionRank {

    private static final int GREATEST = 8;

    private final FusionPlan plan;
    private final Communicator world;
    private final MemorySegment input;
    private final MemorySegment data;
    private final List<MemorySegment> tensors = new ArrayList<>();
    private long wrong;

    private FusionRank(FusionPlan plan, Communicator world) {
        this.plan = plan;
        this.world = world;
        long bytes = plan.tensors() * plan.bytes();
        input = Arena.ofAuto().allocate(bytes, 64);
        data = world.allocate(bytes);
        for (long i = 0; i < bytes / Float.BYTES; i++) {
            input.setAtIndex(JAVA_FLOAT, i, value(i, world.rank()));
        }
        for (int t = 0; t < plan.tensors(); t++) {
            tensors.add(data.asSlice(t * plan.bytes(), plan.bytes()));
        }
    }

    /** {@return an element of a rank} Whole numbers from -8 to 8, whose sums are exact. */
    private static float value(long index, int rank) {
        return (index * 31 + rank * 7L) % (2 * GREATEST + 1) - GREATEST;
    }

    /**
     * Measures.
     *
     * @param args the plan, after what a launcher puts before it
     */
    public static void main(String[] args) {
        FusionPlan plan = FusionPlan.parse(args);
        boolean failed;
        try (Communicator world = Communicator.join(args)) {
            FusionRank rank = new FusionRank(plan, world);
            rank.say(String.format(
                    Locale.ROOT,
                    "# %d tensors of %s a step, %d ranks over %s%n%6s  %-24s %12s %12s %8s %8s",
                    plan.tensors(),
                    Sizes.text(plan.bytes()),
                    world.size(),
                    world.transportName(),
                    "bits",
                    "how",
                    "p50 (us)",
                    "min (us)",
                    "speed-up",
                    "wrong"));
            plan.bits().forEach(rank::measure);
            failed = rank.wrong > 0 && world.rank() == 0;
        }
        if (failed) {
            System.exit(ExitCode.DATA);
        }
    }

    private void say(String line) {
        if (world.rank() == 0) {
            System.out.println(line);
        }
    }

    /** One way to all-reduce all tensors. */
    private static final class Way {
        final String name;
        final Runnable step;
        final long[] nanos;

        Way(String name, Runnable step, int iterations) {
            this.name = name;
            this.step = step;
            this.nanos = new long[iterations];
        }
    }

    private void measure(int bits) {
        Codec codec = bits == Codec.PLAIN_BITS ? Codec.plain() : Codec.uniform(bits);
        List<Way> ways = ways(codec);
        // All ways in turn, so that a disturbance meets all of them.
        for (int i = -Math.max(5, plan.iterations() / 2); i < plan.iterations(); i++) {
            for (Way way : ways) {
                MemorySegment.copy(input, 0, data, 0, data.byteSize());
                world.barrier();
                long start = System.nanoTime();
                way.step.run();
                if (i >= 0) {
                    way.nanos[i] = System.nanoTime() - start;
                }
            }
        }
        Exchange exchange = new Exchange(world, plan.iterations());
        double first = 0;
        for (Way way : ways) {
            MemorySegment.copy(input, 0, data, 0, data.byteSize());
            way.step.run();
            long off = exchange.reduce(Reduction.SUM, countWrong(codec))[0];
            wrong += off;
            long[] slowest = exchange.reduce(Reduction.MAX, way.nanos);
            Arrays.sort(slowest);
            double median = slowest[slowest.length / 2] / 1e3;
            first = first == 0 ? median : first;
            say(String.format(
                    Locale.ROOT,
                    "%6d  %-24s %12.1f %12.1f %8.2f %8d",
                    bits,
                    way.name,
                    median,
                    slowest[0] / 1e3,
                    first / median,
                    off));
        }
    }

    private List<Way> ways(Codec codec) {
        List<Way> ways = new ArrayList<>();
        ways.add(way(
                "one by one",
                () -> tensors.forEach(tensor -> world.allReduce(tensor, ElementType.FLOAT, Reduction.SUM, codec))));
        ways.add(way("begun, then awaited", () -> beginAll(codec).forEach(Pending::await)));
        for (long packet : plan.packets()) {
            Fusion fusion = new Fusion(world, packet, ElementType.FLOAT, Reduction.SUM, codec, CallOptions.DEFAULT);
            ways.add(way("fused, packets of " + Sizes.text(packet), () -> {
                tensors.forEach(fusion::add);
                fusion.await();
            }));
        }
        return ways;
    }

    private Way way(String name, Runnable step) {
        return new Way(name, step, plan.iterations());
    }

    private List<Pending> beginAll(Codec codec) {
        List<Pending> pending = new ArrayList<>();
        for (MemorySegment tensor : tensors) {
            pending.add(world.nonBlocking()
                    .allReduce(
                            tensor,
                            tensor,
                            plan.bytes() / Float.BYTES,
                            ElementType.FLOAT,
                            Reduction.SUM,
                            codec,
                            CallOptions.DEFAULT));
        }
        return pending;
    }

    /** {@return elements that are further from the exact sum than two roundings can be} */
    private long countWrong(Codec codec) {
        double scale = codec.isPlain() ? 0 : 1.0 / codec.levels();
        double bound = world.size() * GREATEST * (scale + scale * (1 + scale)) * (1 + 1e-5);
        long count = 0;
        for (long i = 0; i < data.byteSize() / Float.BYTES; i++) {
            double sum = 0;
            for (int rank = 0; rank < world.size(); rank++) {
                sum += value(i, rank);
            }
            count += Math.abs(data.getAtIndex(JAVA_FLOAT, i) - sum) <= bound ? 0 : 1;
        }
        return count;
    }
}
