// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.versus;

import org.bitreduce.text.Names;

/** What every side can be asked to do. */
public enum Operation {
    /** Every rank gets the sum of all vectors. */
    ALL_REDUCE,
    /** Every rank gets its part of the sum. */
    REDUCE_SCATTER,
    /** Every rank gets the parts of all. */
    ALL_GATHER,
    /** Every rank gets rank 0's vector. */
    BROADCAST,
    /** Nothing is moved; for BitReduce an agreement round alone. */
    BARRIER;

    /** {@return the name as on the command line and in commands to ranks} */
    public String label() {
        return Names.of(this);
    }
}
