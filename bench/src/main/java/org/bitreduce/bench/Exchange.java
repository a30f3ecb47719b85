// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.bitreduce.CallOptions;
import org.bitreduce.Codec;
import org.bitreduce.Communicator;
import org.bitreduce.ElementType;
import org.bitreduce.Reduction;

/** How the ranks tell each other what they have measured: plain all-reduces, outside of what is timed and counted. */
final class Exchange {

    private final Communicator world;
    private final MemorySegment scratch;

    /**
     * Allocates room.
     *
     * @param world the group
     * @param most longest array to be reduced
     */
    Exchange(Communicator world, int most) {
        this.world = world;
        this.scratch = world.allocate((long) most * Long.BYTES);
    }

    /** {@return each number reduced over all ranks, on all ranks} */
    long[] reduce(Reduction reduction, long... values) {
        MemorySegment data = scratch.asSlice(0, (long) values.length * Long.BYTES);
        MemorySegment.copy(values, 0, data, ValueLayout.JAVA_LONG, 0, values.length);
        reduce(data, values.length, ElementType.LONG, reduction);
        return data.toArray(ValueLayout.JAVA_LONG);
    }

    /** {@return each number reduced over all ranks, on all ranks} */
    double[] reduce(Reduction reduction, double... values) {
        MemorySegment data = scratch.asSlice(0, (long) values.length * Double.BYTES);
        MemorySegment.copy(values, 0, data, ValueLayout.JAVA_DOUBLE, 0, values.length);
        reduce(data, values.length, ElementType.DOUBLE, reduction);
        return data.toArray(ValueLayout.JAVA_DOUBLE);
    }

    private void reduce(MemorySegment data, long count, ElementType type, Reduction reduction) {
        world.allReduce(data, data, count, type, reduction, Codec.plain(), CallOptions.DEFAULT);
    }
}
