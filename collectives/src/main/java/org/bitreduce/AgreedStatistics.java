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
     * {@return fixed numbers, for trying choosers without a communicator}
     *
     * @param ranks at least 1
     * @param operation from 0
     * @param count elements per vector
     * @param maxNorm not negative
     * @param rmsNorm not negative
     */
    static AgreedStatistics of(int ranks, long operation, long count, double maxNorm, double rmsNorm) {
        record Fixed(int ranks, long operation, long count, double maxNorm, double rmsNorm)
                implements AgreedStatistics {}
        return new Fixed(ranks, operation, count, maxNorm, rmsNorm);
    }
}
