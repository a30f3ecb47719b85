// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench;

import org.bitreduce.Communicator;
import org.bitreduce.Reduction;

/** Times one case, call by call. A call's time is that of the slowest rank; all ranks begin together. */
final class Measurement {

    private final Communicator world;
    private final BenchCase subject;
    private final PhaseClock clock;
    private final long[] nanos;
    private final double[] phases = new double[PhaseClock.PHASES];
    private long wireBytes;

    /**
     * Prepares to measure.
     *
     * @param world the group, for barriers and traffic
     * @param subject what to repeat
     * @param iterations measured calls
     */
    Measurement(Communicator world, BenchCase subject, int iterations) {
        this(world, subject, iterations, null);
    }

    /**
     * Prepares to measure, and to tell what calls spend their time on.
     *
     * @param world the group, for barriers and traffic
     * @param subject what to repeat
     * @param iterations measured calls
     * @param clock the communicator's meter, or null for no profile
     */
    Measurement(Communicator world, BenchCase subject, int iterations, PhaseClock clock) {
        this.world = world;
        this.clock = clock;
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
        if (clock != null) {
            clock.clear();
        }
        long sent = world.traffic().sentBytes();
        long start = System.nanoTime();
        subject.run();
        long end = System.nanoTime();
        if (iteration >= 0) {
            nanos[iteration] = end - start;
            wireBytes += world.traffic().sentBytes() - sent;
            addPhases();
        }
    }

    private void addPhases() {
        if (clock == null) {
            return;
        }
        double[] ofCall = clock.nanos();
        for (int phase = 0; phase < phases.length; phase++) {
            phases[phase] += ofCall[phase];
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
    MeasuredRow finish(BenchPlan plan, Exchange exchange) {
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
        Times times = Times.of(exchange.reduce(Reduction.MAX, nanos));
        long perRank = sums[1] / nanos.length / world.size();
        Profile profile = clock == null
                ? null
                : Profile.of(exchange.reduce(Reduction.SUM, phases), (double) nanos.length * world.size());
        Accuracy accuracy = new Accuracy(relative, maxError, sums[0]);
        return MeasuredRow.of(
                BenchRow.of(
                        plan,
                        world.transportName(),
                        world.size(),
                        subject.subject(),
                        times,
                        perRank,
                        accuracy,
                        profile),
                times);
    }
}
