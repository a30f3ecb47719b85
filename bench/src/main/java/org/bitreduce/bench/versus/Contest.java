// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.versus;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.bitreduce.algorithm.Operation;
import org.bitreduce.bench.CompilerWatch;

/**
 * Measures sides in turn: a repetition has a block of calls of each side, one side after the other, so that a disturbance
 * of the machine meets all of them, and what is compared was measured within the same second or two.
 */
final class Contest {

    /** What a block should take. */
    private static final Duration BLOCK = Duration.ofMillis(40);

    /** What warming up should take at each size, and the first time that a side is measured: JVMs compile then. */
    private static final Duration WARM_UP = Duration.ofMillis(300);

    private static final Duration FIRST_WARM_UP = Duration.ofMillis(1500);

    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final Duration PAUSE = Duration.ofMillis(50);
    private static final int ATTEMPTS = 4;
    private static final int LEAST_CALLS = 3;
    private static final int MOST_CALLS = 1000;
    private final int repetitions;
    private final int iterations;
    private final Set<Side> seen = new HashSet<>();

    /**
     * Prepares to measure.
     *
     * @param repetitions number of paired blocks
     * @param iterations timed calls of a block; 0 for as many as take 40 ms
     */
    Contest(int repetitions, int iterations) {
        this.repetitions = repetitions;
        this.iterations = iterations;
    }

    /**
     * Measures an operation at one size.
     *
     * @param sides all different; each is verified first
     * @param operation what
     * @param bytes size of the whole vector
     * @param inPlace whether the result goes over the input
     * @return how each did, in the order of the sides
     * @throws CrewException if a rank is gone, silent, or refuses
     */
    List<Standing> at(List<Side> sides, Operation operation, long bytes, boolean inPlace)
            throws IOException, InterruptedException {
        return between(
                sides.stream().map(side -> new Entry(side, operation, bytes)).toList(), inPlace);
    }

    /**
     * What one side is to do.
     *
     * @param side who
     * @param operation what
     * @param bytes size of the whole vector
     */
    record Entry(Side side, Operation operation, long bytes) {}

    /**
     * Measures sides that may do different things.
     *
     * @param entries whose sides are all different; each is verified first
     * @param inPlace whether results go over the input
     * @return how each did, in their order
     * @throws CrewException if a rank is gone, silent, or refuses
     */
    List<Standing> between(List<Entry> entries, boolean inPlace) throws IOException, InterruptedException {
        List<Side> sides = entries.stream().map(Entry::side).toList();
        List<Entrant> entrants = new ArrayList<>();
        for (Entry entry : entries) {
            entrants.add(new Entrant(entry, inPlace, sides));
        }
        for (Entrant entrant : entrants) {
            entrant.warmUp(seen.add(entrant.side) && iterations == 0 ? FIRST_WARM_UP : WARM_UP);
        }
        Quiet.await(sides);
        for (int repetition = 0; repetition < repetitions; repetition++) {
            for (Entrant entrant : entrants) {
                entrant.repeat();
            }
            // Nobody is always measured after the same side.
            Collections.rotate(entrants, 1);
        }
        return sides.stream()
                .map(side -> entrants.stream()
                        .filter(entrant -> entrant.side.equals(side))
                        .findFirst()
                        .orElseThrow()
                        .standing())
                .toList();
    }

    /** A side at one size. */
    private final class Entrant {

        private final Side side;
        private final Task task;
        private final CpuShares cpu;
        private final List<Double> micros = new ArrayList<>();
        private int calls;
        private long wrong;
        private double sentBytes;

        Entrant(Entry entry, boolean inPlace, List<Side> sides) {
            this.side = entry.side();
            this.task = new Task(entry.operation(), entry.bytes(), 1, LEAST_CALLS, inPlace, true, side.variant());
            Set<Long> everybody = new HashSet<>();
            sides.forEach(other -> everybody.addAll(other.crew().processes()));
            this.cpu = new CpuShares(side.crew().processes(), everybody);
        }

        /**
         * Verifies, warms up, and finds out how many calls a block has. Each size is compiled for: one that is new takes turns
         * that the JVM had thought would never be taken. Who asks for a number of calls himself wants a short run.
         */
        void warmUp(Duration atLeast) throws IOException, InterruptedException {
            Block block = side.crew().measure(task, LIMIT);
            wrong = block.wrong();
            long spent = block.totalNanos();
            calls = callsPerBlock(block);
            CompilerWatch compilers = new CompilerWatch(side.crew().processes());
            while (spent < atLeast.toNanos() || iterations == 0 && !compilers.isCalm()) {
                block = measure();
                spent += Math.max(block.totalNanos(), BLOCK.toNanos() / 4); // the calls are not all that takes time
                calls = callsPerBlock(block);
            }
        }

        private int callsPerBlock(Block block) {
            double nanos = Math.max(1, block.medianMicros() * 1e3);
            return iterations > 0 ? iterations : (int) Math.clamp(BLOCK.toNanos() / nanos, LEAST_CALLS, MOST_CALLS);
        }

        /** The first calls after a pause find cold caches and parked threads, which belongs to nobody's time. */
        private Block measure() throws IOException, InterruptedException {
            int again = Math.clamp(calls / 4, 1, 20);
            Task block = new Task(task.operation(), task.bytes(), again, calls, task.inPlace(), false, task.variant());
            return side.crew().measure(block, LIMIT);
        }

        /** A block that the waiting sides disturbed, by compiling what they did before, is measured again. */
        void repeat() throws IOException, InterruptedException {
            CpuShares.Meter meter = cpu.start();
            Block block = measure();
            for (int again = 1; again < ATTEMPTS && meter.disturbed(); again++) {
                Thread.sleep(PAUSE);
                meter = cpu.start();
                block = measure();
            }
            meter.stop();
            micros.add(block.medianMicros());
            sentBytes = block.sentBytes();
        }

        Standing standing() {
            return new Standing(side, micros, calls, wrong, sentBytes, cpu.othersCores(), cpu.foreignCores());
        }
    }
}
