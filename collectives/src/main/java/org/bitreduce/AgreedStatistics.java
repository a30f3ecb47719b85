// SPDX-License-Identifier: Apache-2.0
package org.bitreduce;

/**
 * What all ranks know of all ranks' vectors after the agreement round. Neither norm is that of the mean vector. Valid only
 * while a {@link CodecChooser} chooses: the next call's numbers may come in the same object.
 */
public interface AgreedStatistics {

    /** {@return the number of ranks, at least 1} */
    int ranks();

    /** {@return the communicator's operation number, from 0} */
    long operation();

    /** {@return elements per vector} */
    long count();

    /** {@return the maximum over ranks of {@code ||g||_inf}} */
    double maxNorm();

    /** {@return the square root of the mean over ranks of {@code ||g||_2^2}} */
    double rmsNorm();

    /**
     * {@return the square root of the mean over ranks of the sum over elements of the square of their scale} What the
     * scales of the chooser's prototype are; rounding to {@code s} levels moves a rank's vector by at most a {@code s}-th of
     * this, as a square mean over ranks. 0 if the prototype is plain.
     */
    double scaleNorm();

    /** {@return how often an element is rounded on its way if the codec quantizes: 1 or 2} */
    int roundings();

    /** {@return whether all ranks round against the same scales, the greatest of theirs, if the codec quantizes} */
    boolean sharesScales();

    /**
     * {@return fixed numbers of an all-reduce in the usual mode, for trying choosers without a communicator} The
     * scales are taken to be as large as their elements: {@link #scaleNorm()} is {@code rmsNorm}.
     *
     * @param ranks at least 1
     * @param operation from 0
     * @param count elements per vector
     * @param maxNorm not negative
     * @param rmsNorm not negative
     */
    static AgreedStatistics of(int ranks, long operation, long count, double maxNorm, double rmsNorm) {
        return of(ranks, operation, count, maxNorm, rmsNorm, rmsNorm, 2, false);
    }

    /**
     * {@return fixed numbers, for trying choosers without a communicator}
     *
     * @param ranks at least 1
     * @param operation from 0
     * @param count elements per vector
     * @param maxNorm not negative
     * @param rmsNorm not negative
     * @param scaleNorm not negative
     * @param roundings 1 or 2
     * @param sharesScales whether all ranks round against the same scales
     */
    static AgreedStatistics of(
            int ranks,
            long operation,
            long count,
            double maxNorm,
            double rmsNorm,
            double scaleNorm,
            int roundings,
            boolean sharesScales) {
        record Fixed(
                int ranks,
                long operation,
                long count,
                double maxNorm,
                double rmsNorm,
                double scaleNorm,
                int roundings,
                boolean sharesScales)
                implements AgreedStatistics {}
        return new Fixed(ranks, operation, count, maxNorm, rmsNorm, scaleNorm, roundings, sharesScales);
    }
}
