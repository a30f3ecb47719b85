// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.algorithm;

/** The collectives; their codes stand in frames and fingerprints. */
public enum Operation {
    /** Reduce, the result on all ranks. */
    ALL_REDUCE("all-reduce"),
    /** Reduce, each rank getting its part. */
    REDUCE_SCATTER("reduce-scatter"),
    /** Everybody's elements on all ranks. */
    ALL_GATHER("all-gather"),
    /** One rank's elements on all ranks. */
    BROADCAST("broadcast"),
    /** The agreement round alone. */
    BARRIER("barrier"),
    /** Everybody's elements on one rank. */
    GATHER("gather"),
    /** One rank's elements cut into as many vectors as there are ranks. */
    SCATTER("scatter"),
    /** Reduce, the result on one rank. */
    REDUCE("reduce");

    private final String title;

    Operation(String title) {
        this.title = title;
    }

    /** {@return whether vectors are combined into one, in any {@link org.bitreduce.Mode} that can} */
    public boolean combines() {
        return this == ALL_REDUCE || this == REDUCE;
    }

    /** {@return whether each rank gives or gets one of as many equal vectors as there are ranks} */
    public boolean sharesVector() {
        return this == ALL_GATHER || this == GATHER || this == SCATTER;
    }

    @Override
    public String toString() {
        return title;
    }
}
