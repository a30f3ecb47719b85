// SPDX-License-Identifier: Apache-2.0
package org.bitreduce;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.bitreduce.AllReduceTest.Inputs;

/** With error feedback nothing is lost: what one rank has received in many steps, and what all keep, is what went in. */
final class ErrorFeedbackSum {

    private static final int COUNT = 3000;
    private static final int STEPS = 20;

    /** A reduction to sums of few bits. */
    interface Step {
        /**
         * Reduces once.
         *
         * @param x this rank's vector, which may be overwritten
         * @return the sums, where this rank receives them
         */
        float[] reduce(Communicator world, float[] x, CallOptions options);
    }

    private ErrorFeedbackSum() {}

    static void check(int size, CommunicatorOptions group, int receiver, Mode mode, Step step) {
        List<float[][]> results = RankThreads.run(size, group, world -> {
            MemorySegment residual = Arena.ofAuto().allocate(COUNT * 4L, 64);
            CallOptions options = CallOptions.DEFAULT.withMode(mode).withResidual(residual);
            float[] received = new float[COUNT];
            for (int call = 0; call < STEPS; call++) {
                float[] sums = step.reduce(world, Inputs.gaussian(COUNT, world.rank(), call), options);
                for (int i = 0; i < COUNT; i++) {
                    received[i] += sums[i];
                }
            }
            return new float[][] {received, residual.toArray(JAVA_FLOAT)};
        });
        double[] missing = new double[COUNT];
        for (int call = 0; call < STEPS; call++) {
            for (float[] x : Inputs.gaussianOfAll(COUNT, size, call)) {
                for (int i = 0; i < COUNT; i++) {
                    missing[i] += x[i];
                }
            }
        }
        for (int i = 0; i < COUNT; i++) {
            missing[i] -= results.get(receiver)[0][i];
            for (float[][] rank : results) {
                missing[i] -= rank[1][i];
            }
            assertEquals(0, missing[i], 1e-3, "element " + i);
        }
    }
}
