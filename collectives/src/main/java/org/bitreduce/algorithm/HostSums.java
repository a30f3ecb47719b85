// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.algorithm;

import java.lang.foreign.MemorySegment;
import org.bitreduce.Codec;
import org.bitreduce.codec.VectorStatistics;

/**
 * What a rank rounds in {@link org.bitreduce.Mode#TWO_LEVEL}: its part of the sums over its host, which lie in the output.
 * Like a rank's vector elsewhere it has scales, and an error to be expected.
 *
 * @param quantizer the codec
 * @param output holds the sums
 * @param part which elements they are
 * @param norms receives their scales, at the places that they have among those of the whole vector
 * @param statistics receives what the pass over them finds
 */
record HostSums(
        Quantizer quantizer,
        MemorySegment output,
        TwoShotReduction.Range part,
        MemorySegment norms,
        VectorStatistics statistics) {

    /** Makes the pass, when the sums are complete. */
    void measure() {
        statistics.clear();
        if (part.count() == 0) {
            return;
        }
        Codec codec = quantizer.codec();
        quantizer
                .kernels()
                .norms(
                        output,
                        part.first() * Float.BYTES,
                        part.count(),
                        codec.norm(),
                        codec.log2Bucket(),
                        norms,
                        quantizer.normsOffset(part.first()),
                        statistics);
    }

    /** {@return the relative error to be expected of rounding them} */
    double expectedError() {
        double squares = statistics.sumOfSquares;
        if (part.count() == 0 || squares == 0) {
            return 0;
        }
        double scaleSquares =
                Quantizer.scaleSquares(quantizer.codec(), norms, quantizer.normsOffset(part.first()), part.count());
        return Math.sqrt(quantizer.expectedSquaredError(scaleSquares, squares) / squares);
    }
}
