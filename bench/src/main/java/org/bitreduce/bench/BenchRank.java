// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench;

import java.util.ArrayList;
import java.util.List;
import org.bitreduce.Codec;
import org.bitreduce.Communicator;
import org.bitreduce.CommunicatorOptions;
import org.bitreduce.Reduction;
import org.bitreduce.algorithm.WorkMeter;

/** The program of a benchmark's ranks. */
public final class BenchRank {

    /** Until C2 has compiled what the first calls of a size were found to need, while all ranks' compilers share the cores. */
    private static final long LEAST_WARM_UP_NANOS = 1_000_000_000L;

    private final BenchPlan plan;
    private final Communicator world;
    private final Exchange exchange;
    /** Null if nobody asked for a profile. */
    private final PhaseClock clock;

    private BenchRank(BenchPlan plan, Communicator world, PhaseClock clock) {
        this.plan = plan;
        this.world = world;
        this.clock = clock;
        int most = plan.sizes().stream().mapToInt(plan::iterationsFor).max().orElse(1);
        this.exchange = new Exchange(world, Math.max(8, most));
    }

    /**
     * Carries out a plan.
     *
     * @param args the plan, see {@code BenchPlan}, after what a launcher puts before it
     */
    public static void main(String[] args) {
        BenchPlan plan = BenchPlan.parse(args);
        if (plan.collective() == Collective.PING_PONG) {
            PingPong.main(plan, args);
            return;
        }
        CommunicatorOptions options =
                CommunicatorOptions.DEFAULT.withSeed(plan.seed()).withIntegrity(plan.integrity());
        PhaseClock clock = plan.profile() ? new PhaseClock() : null;
        try (Communicator world = Communicator.join(args, options, clock == null ? WorkMeter.NONE : clock);
                RowFile rows = world.rank() == 0 ? RowFile.create(plan.rows()) : RowFile.none()) {
            new BenchRank(plan, world, clock).measureAll(rows);
        }
    }

    private void measureAll(RowFile rows) {
        long largest = plan.sizes().stream().mapToLong(this::count).max().orElse(0);
        Vectors all = Vectors.allocate(world, new BenchData(plan.seed()), largest * Float.BYTES);
        for (long bytes : plan.sizes()) {
            measure(bytes, all.first(count(bytes)), rows);
        }
    }

    /** {@return elements of a vector of about so many bytes; a multiple of the ranks where each gives a part} */
    private long count(long bytes) {
        long count = Math.max(1, bytes / Float.BYTES);
        return plan.collective().hasEqualParts() ? Math.ceilDiv(count, world.size()) * world.size() : count;
    }

    /** Measures all cases of a size, a call of each in turn, so that a disturbance meets all of them. */
    private void measure(long bytes, Vectors vectors, RowFile rows) {
        int iterations = plan.iterationsFor(bytes);
        List<Measurement> measurements = new ArrayList<>();
        for (BenchCase subject : cases(vectors)) {
            measurements.add(new Measurement(world, subject, iterations, clock));
        }
        warmUp(measurements, bytes);
        for (int i = 0; i < iterations; i++) {
            for (Measurement measurement : measurements) {
                measurement.iterate(i);
            }
        }
        for (Measurement measurement : measurements) {
            // The cases share their memory, so each makes one more call before it is judged.
            measurement.iterate(-1);
            rows.write(measurement.finish(plan, exchange));
        }
    }

    /** Makes as many calls as the plan says; if it leaves that open, again, until every rank's JVM has compiled what they need. */
    private void warmUp(List<Measurement> measurements, long bytes) {
        long least = System.nanoTime() + LEAST_WARM_UP_NANOS;
        CompilerWatch compilers = CompilerWatch.own();
        int calls = plan.warmupFor(bytes);
        boolean again = calls > 0;
        while (again) {
            for (int i = 0; i < calls; i++) {
                for (Measurement measurement : measurements) {
                    measurement.iterate(-1);
                }
            }
            boolean warm = System.nanoTime() - least >= 0 && compilers.isCalm();
            again = plan.warmup() < 0 && exchange.reduce(Reduction.MAX, warm ? 0 : 1)[0] > 0;
        }
    }

    private List<BenchCase> cases(Vectors vectors) {
        List<BenchCase> cases = new ArrayList<>();
        for (int bits : plan.bits()) {
            if (plan.collective() == Collective.CODEC) {
                addCodec(cases, vectors, plan.codec(bits));
            } else {
                addCalls(cases, vectors, bits);
            }
        }
        if (plan.baselineMpj()) {
            cases.add(MpjBaseline.of(plan.collective(), world, vectors));
        }
        return cases;
    }

    private void addCalls(List<BenchCase> cases, Vectors vectors, int bits) {
        for (Form form : plan.forms()) {
            for (Place place : plan.places()) {
                cases.add(CollectiveCase.of(
                        plan.collective(), plan, world, vectors, bits, new CollectiveCase.Shape(form, place)));
            }
        }
    }

    private void addCodec(List<BenchCase> cases, Vectors vectors, Codec codec) {
        if (codec.isPlain()) {
            cases.add(new CodecCase(world, vectors, codec, CodecCase.Direction.COPY));
        } else {
            cases.add(new CodecCase(world, vectors, codec, CodecCase.Direction.ENCODE));
            cases.add(new CodecCase(world, vectors, codec, CodecCase.Direction.DECODE));
        }
    }
}
