// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.dqsgd;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;

import java.lang.foreign.MemorySegment;

/** What controllers ask of a collective's result. Sums run in index order in double: the same on every machine. */
final class MeanVector {

    private MeanVector() {}

    /** {@return the sum of squares; not finite if an element is not} */
    static double squaredNorm(MemorySegment mean) {
        long count = mean.byteSize() / Float.BYTES;
        double sum = 0;
        for (long i = 0; i < count; i++) {
            double value = mean.getAtIndex(JAVA_FLOAT_UNALIGNED, i);
            sum += value * value;
        }
        return sum;
    }

    /**
     * {@return how much less error a scale per bucket makes than one for the whole vector, by their squared scales: the
     * sum over buckets of {@code elements * max^2} over that of the vector, above 0 to 1} 1 for a vector of zeros, or with
     * an element that is not finite.
     *
     * @param bucket elements per scale
     */
    static double scaleRatio(MemorySegment mean, long bucket) {
        long count = mean.byteSize() / Float.BYTES;
        double sum = 0;
        double greatest = 0;
        for (long start = 0; start < count; start += bucket) {
            long end = Math.min(count, start + bucket);
            float max = 0;
            for (long i = start; i < end; i++) {
                max = Math.max(max, Math.abs(mean.getAtIndex(JAVA_FLOAT_UNALIGNED, i)));
            }
            sum += (double) (end - start) * max * max;
            greatest = Math.max(greatest, max);
        }
        double ratio = sum / (count * greatest * greatest);
        return ratio > 0 && ratio <= 1 ? ratio : 1;
    }
}
