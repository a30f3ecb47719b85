// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.dqsgd;

import java.lang.foreign.MemorySegment;
import org.bitreduce.AgreedStatistics;

/** Drives controllers the way a communicator does. */
final class Steps {

    private Steps() {}

    static int next(StepController controller, double norm) {
        AgreedStatistics agreed = AgreedStatistics.of(4, controller.steps(), 1000, norm, 10 * norm);
        int bits = controller.codec().choose(agreed).bits();
        // A result whose elements tell step and norm apart.
        controller.learn(MemorySegment.ofArray(
                new float[] {(float) norm, 1, (float) (norm / (controller.steps() + 1))}));
        return bits;
    }

    static int[] run(StepController controller, double... norms) {
        int[] bits = new int[norms.length];
        for (int n = 0; n < norms.length; n++) {
            bits[n] = next(controller, norms[n]);
        }
        return bits;
    }

    static double average(int[] bits, int from, int to) {
        double sum = 0;
        for (int n = from; n < to; n++) {
            sum += bits[n];
        }
        return sum / (to - from);
    }
}
