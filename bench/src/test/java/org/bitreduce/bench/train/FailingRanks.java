// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.train;

import org.bitreduce.Codec;
import org.bitreduce.Communicator;
import org.bitreduce.Reduction;

/** A rank program whose rank 1 exits with code 3 once all have met, while the others wait for it. */
public final class FailingRanks {

    private FailingRanks() {}

    /**
     * Fails.
     *
     * @param args of the launcher
     */
    public static void main(String[] args) {
        try (Communicator world = Communicator.join(args)) {
            float[] sum = {1};
            world.allReduce(sum, Reduction.SUM, Codec.plain());
            if (world.rank() == 1) {
                System.exit(3);
            }
            world.allReduce(sum, Reduction.SUM, Codec.plain());
        }
    }
}
