// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.bitreduce.CallOptions;
import org.bitreduce.Codec;
import org.bitreduce.Communicator;
import org.bitreduce.CommunicatorOptions;
import org.bitreduce.ElementType;
import org.bitreduce.Outcome;
import org.bitreduce.Reduction;
import org.bitreduce.transport.shm.LocalGroup;
import org.bitreduce.transport.shm.SharedMemoryGroup;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The phases of a call are all of its time, and each is what it says. */
@Timeout(60)
class PhaseClockTest {

    private static final int COUNT = 1 << 18;
    private static final int CALLS = 30;

    @ParameterizedTest(name = "{0} bits")
    @ValueSource(ints = {4, 32})
    void phasesAddUpToTheCall(int bits) throws Exception {
        Codec codec = bits == 32 ? Codec.plain() : Codec.uniform(bits);
        LocalGroup group = LocalGroup.of(2);
        try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
            Future<double[]> other = threads.submit(() -> shares(group, 1, codec));
            Future<double[]> one = threads.submit(() -> shares(group, 0, codec));
            for (double[] phases : new double[][] {one.get(), other.get()}) {
                // Something was reduced, and something was waited for; nothing is negative.
                assertTrue(Arrays.stream(phases).allMatch(nanos -> nanos >= 0), Arrays.toString(phases));
                assertTrue(phases[0] > 0 && phases[3] > 0, Arrays.toString(phases));
                if (!codec.isPlain()) {
                    assertTrue(phases[1] > 0 && phases[5] > 0, Arrays.toString(phases));
                }
            }
        }
    }

    /** {@return all phases of a rank's calls} */
    private static double[] shares(LocalGroup group, int rank, Codec codec) {
        PhaseClock clock = new PhaseClock();
        Duration deadline = Duration.ofSeconds(30);
        double nearest = Double.MAX_VALUE;
        double[] phases = new double[PhaseClock.PHASES];
        try (Communicator world = Communicator.over(
                SharedMemoryGroup.threads(group, rank, deadline), CommunicatorOptions.DEFAULT, clock)) {
            MemorySegment data = world.allocate(COUNT * 4L);
            for (int i = 0; i < COUNT; i++) {
                data.setAtIndex(ValueLayout.JAVA_FLOAT, i, i % 7 - 3);
            }
            MemorySegment result = world.allocate(COUNT * 4L);
            for (int call = 0; call < CALLS; call++) {
                clock.clear();
                Outcome outcome = world.allReduce(
                        data, result, COUNT, ElementType.FLOAT, Reduction.SUM, codec, CallOptions.DEFAULT);
                double[] nanos = clock.nanos();
                double sum = Arrays.stream(nanos).sum();
                nearest = Math.min(nearest, Math.abs(sum / outcome.totalNanos() - 1));
                for (int phase = 0; phase < phases.length; phase++) {
                    phases[phase] += nanos[phase];
                }
            }
        }
        // The two clocks are read one after the other; in between a rank may lose its core, but not in every call.
        assertTrue(nearest < 0.01, "the phases never added up to the call, at best but for " + nearest);
        return phases;
    }

    @Test
    void sharesAreOfTheWhole() {
        Profile profile = Profile.of(new double[] {1e6, 2e6, 3e6, 4e6, 5e6, 5e6}, 10);
        assertEquals(2000, profile.totalUs(), 1e-9);
        assertEquals(
                "of 2.00 ms: agreement 5.0 %, norms and pack 10.0 %, wait 15.0 %, reduce and requantize 20.0 %, wait 25.0 %, unpack 25.0 %",
                profile.toString());
    }
}
