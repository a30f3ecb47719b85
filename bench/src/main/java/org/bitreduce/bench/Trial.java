// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench;

import org.bitreduce.Mode;
import org.bitreduce.algorithm.Algorithm;
import org.bitreduce.algorithm.Operation;

/**
 * What one schedule took for one kind of call.
 *
 * @param transport that carried it
 * @param operation the collective
 * @param mode arithmetic
 * @param np number of ranks
 * @param bits width, 32 for plain floats
 * @param bytes of one rank's vector, as tables of algorithms count them
 * @param algorithm the schedule that really ran
 * @param micros median over the calls of the slowest rank's time
 * @param wrong elements outside what the mode can be proved to keep
 */
public record Trial(
        String transport,
        Operation operation,
        Mode mode,
        int np,
        int bits,
        long bytes,
        Algorithm algorithm,
        double micros,
        long wrong) {}
