// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.launch;

import java.io.FileNotFoundException;
import java.io.IOException;
import org.bitreduce.Codec;
import org.bitreduce.Communicator;
import org.bitreduce.Reduction;

/** A rank program as users write them: adds up what the ranks read, until the middle rank finds nothing to read. */
public final class Reader {

    /** What a rank prints in front of the time, in milliseconds, at which it fails. */
    static final String MARK = "failing at ";

    private Reader() {}

    /**
     * Joins, reads and adds.
     *
     * @param args as the launcher gives them
     * @throws IOException in the middle rank, after a few calls
     */
    public static void main(String[] args) throws IOException {
        try (Communicator world = Communicator.join(args)) {
            float[] sum = new float[1000];
            for (int part = 0; part < 100_000; part++) {
                read(part, world);
                world.allReduce(sum, Reduction.SUM, Codec.uniform(4));
            }
        }
    }

    private static void read(int part, Communicator world) throws IOException {
        if (part == 5 && world.rank() == world.size() / 2) {
            System.out.println(MARK + System.currentTimeMillis());
            throw new FileNotFoundException("part " + part);
        }
    }
}
