// SPDX-License-Identifier: Apache-2.0
package org.bitreduce;

import org.bitreduce.algorithm.Algorithm;

/**
 * What a collective did, as this rank saw it. Immutable.
 *
 * @param codec the codec that all ranks agreed on
 * @param mode the arithmetic
 * @param operation the communicator's number of this call, from 0
 * @param wireBytes bytes that this rank sent, headers, scales and the agreement included, counted at the transport
 * @param wireMessages messages that this rank sent
 * @param maxNorm the maximum over ranks of {@code ||g||_inf}; NaN for integers and plain doubles
 * @param rmsNorm the square root of the mean over ranks of {@code ||g||_2^2}; NaN for integers and plain doubles
 * @param relativeError the relative L2 error to be expected of this rank's first rounding, if the elements' positions
 *     between levels are uniform (DQ-SGD, Proposition 1): an estimate from the scales, not a measurement; 0 for plain
 * @param codecNanos nanoseconds that this rank spent in kernels
 * @param totalNanos nanoseconds from call to return
 * @param algorithm the schedule that carried the call, which is not always what the table of algorithms says first
 */
public record Outcome(
        Codec codec,
        Mode mode,
        long operation,
        long wireBytes,
        long wireMessages,
        double maxNorm,
        double rmsNorm,
        double relativeError,
        long codecNanos,
        long totalNanos,
        Algorithm algorithm) {

    /** {@return bits per element of the codes} */
    public int bits() {
        return codec.bits();
    }

    /** {@return nanoseconds outside kernels: sending, receiving and waiting for other ranks} */
    public long communicationNanos() {
        return totalNanos - codecNanos;
    }
}
