// SPDX-License-Identifier: Apache-2.0

import org.bitreduce.Codec;
import org.bitreduce.Communicator;
import org.bitreduce.Outcome;
import org.bitreduce.Reduction;

/** The mean of all ranks' vectors, with 4 bits per element on the way. */
public final class Smallest {

    private Smallest() {}

    /** Runs on every rank. */
    public static void main(String[] args) {
        try (Communicator world = Communicator.join(args)) {
            float[] data = {world.rank(), 1, -1};
            Outcome o = world.allReduce(data, Reduction.MEAN, Codec.uniform(4));
            System.out.printf("mean %.2f %.2f %.2f, %d bytes sent%n", data[0], data[1], data[2], o.wireBytes());
        }
    }
}
