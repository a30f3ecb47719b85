// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.train;

import org.bitreduce.Codec;
import org.bitreduce.Communicator;
import org.bitreduce.Reduction;

/** A rank program that adds rank numbers, from 1. */
public final class SumRanks {

    private SumRanks() {}

    /**
     * Adds and prints.
     *
     * @param args printed
     */
    public static void main(String[] args) {
        try (Communicator world = Communicator.join(args)) {
            float[] sum = {world.rank() + 1};
            world.allReduce(sum, Reduction.SUM, Codec.plain());
            System.out.println("rank %d of %d over %s: %s %s"
                    .formatted(
                            world.rank(),
                            world.size(),
                            world.transportName(),
                            sum[0],
                            String.join(",", world.arguments())));
        }
    }
}
