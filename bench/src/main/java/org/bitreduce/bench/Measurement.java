// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench;

import org.HdrHistogram.Histogram;
import org.bitreduce.Communicator;
import org.bitreduce.Reduction;

/** Times one case, call by call. A call's time is that of the slowest rank; all ranks begin together. */
final class Measurement {

    private final Communicator world;
    private final BenchCase subject;
    private final long[] nanos;
    private long wireBytes;

    /**
     * Prepares to measure.
     *
     * @param world the group, for barriers and traffic
     * @param subject what to repeat
     * @param iterations measured calls
     */
    Measurement(Communicator world, BenchCase subject, int iterations) {
        this.world = world;
        this.subject = subject;
        this.nanos = new long[iterations];
    }

    /**
     * Makes one call.
     *
     * @param iteration from 0; negative for warming up
     */
    void iterate(int iteration) {
        subject.prepare();
        world.barrier();
        long sent = world.traffic().sentBytes();
        long start = System.nanoTime();
        subject.run();
        long end = System.nanoTime();
        if (iteration >= 0) {
            nanos[iteration] = end - start;
            wireBytes += world.traffic().sentBytes() - sent;
        }
    }

    /** {@return the times of this rank's measured calls so far in nanoseconds, 0 for those to come} */
    long[] nanos() {
        return nanos.clone();
    }

    /** {@return the bytes that this rank has sent in measured calls} */
    long wireBytes() {
        return wireBytes;
    }

    /**
     * Brings all ranks' measurements and errors together.
     *
     * @param plan for the report
     * @param exchange between ranks
     * @return the row, the same on all ranks
     */
    BenchRow finish(BenchPlan plan, Exchange exchange) {
        ErrorTally tally = new ErrorTally();
        subject.verify(tally);
        long checksum = subject.checksum();
        long[] greatest = exchange.reduce(Reduction.MAX, checksum, -checksum);
        if (greatest[0] != -greatest[1] && world.rank() == 0) {
            tally.addWrong(subject.subject().count()); // the ranks do not hold the same result
        }
        long[] sums = exchange.reduce(Reduction.SUM, tally.wrong(), wireBytes);
        double[] squares = exchange.reduce(Reduction.SUM, tally.squaredError(), tally.squaredNorm());
        double maxError = exchange.reduce(Reduction.MAX, tally.maxError())[0];
        double relative = squares[0] == 0 ? 0 : Math.sqrt(squares[0] / squares[1]);
        Histogram histogram = new Histogram(3);
        for (long nano : exchange.reduce(Reduction.MAX, nanos)) {
            histogram.recordValue(nano);
        }
        long perRank = sums[1] / nanos.length / world.size();
        return row(plan, histogram, perRank, relative, maxError, sums[0]);
    }

    private BenchRow row(
            BenchPlan plan, Histogram times, long wireBytesPerRank, double relative, double maxError, long wrong) {
        BenchCase.Subject about = subject.subject();
        long bytes = about.count() * Float.BYTES;
        double p50 = Math.max(1, times.getValueAtPercentile(50));
        return new BenchRow(
                plan.collective().label(),
                about.implementation(),
                about.inPlace(),
                bytes,
                about.count(),
                about.bits(),
                about.mode(),
                about.algorithm(),
                world.size(),
                plan.via(),
                world.transportName(),
                nanos.length,
                times.getMinValue() / 1e3,
                times.getMean() / 1e3,
                p50 / 1e3,
                times.getValueAtPercentile(99) / 1e3,
                times.getMaxValue() / 1e3,
                bytes / p50,
                bytes / p50 * plan.collective().busFactor(world.size()),
                wireBytesPerRank,
                wireBytesPerRank / p50,
                relative,
                maxError,
                wrong);
    }
}
