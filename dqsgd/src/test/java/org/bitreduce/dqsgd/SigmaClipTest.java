// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.dqsgd;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class SigmaClipTest {

    @Test
    void clipsBeyondTwoAndAHalfSigma() {
        float[] gradient = new float[100];
        gradient[3] = 10;
        gradient[7] = -0.5f;
        // Mean 0.095, mean square 1.0025: sigma is sqrt(1.0025 - 0.009025) = 0.996732.
        SigmaClip.TERNGRAD.apply(MemorySegment.ofArray(gradient));
        assertEquals(2.5 * 0.996732, gradient[3], 1e-5);
        assertEquals(-0.5f, gradient[7]);
        assertEquals(0f, gradient[0]);
    }

    @Test
    void keepsSignsAndConstantVectors() {
        float[] outlier = new float[50];
        outlier[0] = -3;
        SigmaClip.TERNGRAD.apply(MemorySegment.ofArray(outlier));
        assertEquals(-2.5 * Math.sqrt(9 / 50.0 - 9 / 2500.0), outlier[0], 1e-6);
        // Nothing lies off the mean, so nothing may be lost: the limit of zero counts as no limit.
        float[] constant = new float[50];
        Arrays.fill(constant, 0.25f);
        SigmaClip.TERNGRAD.apply(MemorySegment.ofArray(constant));
        assertEquals(0.25f, constant[9]);
    }

    @Test
    void leavesNonFiniteAndEmptyVectorsAlone() {
        float[] gradient = {1, Float.NaN, 100};
        SigmaClip.TERNGRAD.apply(MemorySegment.ofArray(gradient));
        assertArrayEquals(new float[] {1, Float.NaN, 100}, gradient);
        SigmaClip.TERNGRAD.apply(MemorySegment.ofArray(new float[0]));
        assertThrows(IllegalArgumentException.class, () -> new SigmaClip(0));
    }
}
