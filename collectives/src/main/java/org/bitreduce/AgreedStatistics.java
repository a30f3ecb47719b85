// SPDX-License-Identifier: Apache-2.0
package org.bitreduce;

/**
 * What all ranks know of all ranks' vectors after the agreement round. Neither norm is that of the mean vector.
 *
 * @param ranks number of ranks, at least 1
 * @param operation the communicator's operation number, from 0
 * @param count elements per vector
 * @param maxNorm the maximum over ranks of {@code ||g||_inf}
 * @param rmsNorm the square root of the mean over ranks of {@code ||g||_2^2}
 */
public record AgreedStatistics(int ranks, long operation, long count, double maxNorm, double rmsNorm) {}
