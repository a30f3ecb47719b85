// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.tune;

import org.bitreduce.Mode;
import org.bitreduce.algorithm.Operation;
import org.bitreduce.bench.Trial;

/**
 * Calls among which a table of algorithms cannot tell.
 *
 * @param transport that carries them
 * @param operation the collective
 * @param mode arithmetic
 * @param np number of ranks
 * @param bytes of one rank's vector
 */
record Cell(String transport, Operation operation, Mode mode, int np, long bytes) {

    static Cell of(Trial trial) {
        return new Cell(trial.transport(), trial.operation(), trial.mode(), trial.np(), trial.bytes());
    }
}
