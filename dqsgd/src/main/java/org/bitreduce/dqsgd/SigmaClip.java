// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.dqsgd;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;

import java.lang.foreign.MemorySegment;

/**
 * TernGrad's clipping: elements beyond {@code width} standard deviations (of the segment's elements around their mean)
 * are set to that limit. Sums run in index order in double, so the result is the same on every machine. A segment with a
 * non-finite element is left alone, for the collective to judge; so is one whose elements are all equal.
 *
 * @param width standard deviations, positive; 2.5 in TernGrad
 */
public record SigmaClip(double width) implements GradientTransform {

    /** TernGrad's width. */
    public static final SigmaClip TERNGRAD = new SigmaClip(2.5);

    /** Checks the width. */
    public SigmaClip {
        FormulaController.requirePositive("width", width);
    }

    @Override
    public void apply(MemorySegment gradient) {
        long count = gradient.byteSize() / Float.BYTES;
        double sum = 0;
        for (long i = 0; i < count; i++) {
            sum += gradient.getAtIndex(JAVA_FLOAT_UNALIGNED, i);
        }
        double mean = sum / count;
        double squares = 0;
        for (long i = 0; i < count; i++) {
            double deviation = gradient.getAtIndex(JAVA_FLOAT_UNALIGNED, i) - mean;
            squares += deviation * deviation;
        }
        float limit = (float) (width * Math.sqrt(squares / count));
        if (limit > 0 && limit < Float.POSITIVE_INFINITY) {
            clip(gradient, count, limit);
        }
    }

    private static void clip(MemorySegment gradient, long count, float limit) {
        for (long i = 0; i < count; i++) {
            float value = gradient.getAtIndex(JAVA_FLOAT_UNALIGNED, i);
            if (Math.abs(value) > limit) {
                gradient.setAtIndex(JAVA_FLOAT_UNALIGNED, i, Math.copySign(limit, value));
            }
        }
    }
}
