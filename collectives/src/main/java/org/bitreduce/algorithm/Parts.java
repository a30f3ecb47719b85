// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.algorithm;

import org.bitreduce.Codec;

/** Where the parts of reduce-scatter begin. */
public final class Parts {

    private Parts() {}

    /**
     * {@return the index of a part's first element}
     *
     * @param count elements of the vector
     * @param part 0 to {@code ranks}
     * @param ranks number of parts
     * @param codec whose bucket the borders respect
     */
    public static long start(long count, int part, int ranks, Codec codec) {
        return Partition.of(count, ranks, Planner.granuleBucket(codec)).start(part);
    }
}
