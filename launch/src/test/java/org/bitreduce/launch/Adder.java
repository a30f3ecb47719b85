// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.launch;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.bitreduce.Codec;
import org.bitreduce.Communicator;
import org.bitreduce.ElementType;
import org.bitreduce.Reduction;

/** A rank program as users write them: adds up the ranks' numbers, from 1. */
public final class Adder {

    private Adder() {}

    /**
     * Joins, adds, prints.
     *
     * @param args as the launcher gives them
     */
    public static void main(String[] args) {
        try (Communicator world = Communicator.join(args)) {
            MemorySegment number = world.allocate(4);
            number.set(ValueLayout.JAVA_FLOAT, 0, 1 + world.rank());
            world.allReduce(number, ElementType.FLOAT, Reduction.SUM, Codec.plain());
            System.out.println("sum " + number.get(ValueLayout.JAVA_FLOAT, 0) + " of " + world.size() + " with "
                    + String.join(",", world.arguments()));
            System.out.println("over " + world.transportName());
        }
    }
}
