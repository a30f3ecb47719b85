// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.transport.shm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Against a bit per byte as the obvious oracle. */
class ExtentsTest {

    @Test
    void neverGivesTheSameByteTwiceAndFindsRoomWhereThereIs() {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        int size = 1000;
        Extents extents = new Extents(size);
        BitSet used = new BitSet(size);
        List<int[]> taken = new ArrayList<>();
        for (int step = 0; step < 20_000; step++) {
            if (random.nextInt(3) > 0) {
                int length = random.nextInt(1, 60);
                int offset = (int) extents.take(length);
                assertEquals(firstFit(used, size, length), offset, "seed=" + seed + ", step=" + step);
                if (offset >= 0) {
                    used.set(offset, offset + length);
                    taken.add(new int[] {offset, length});
                }
            } else if (!taken.isEmpty()) {
                int[] run = taken.remove(random.nextInt(taken.size()));
                extents.give(run[0], run[1]);
                used.clear(run[0], run[0] + run[1]);
            }
            assertEquals(size - used.cardinality(), extents.free(), "seed=" + seed + ", step=" + step);
        }
        taken.forEach(run -> extents.give(run[0], run[1]));
        assertTrue(extents.take(size) == 0, "all merged, seed=" + seed);
    }

    private static int firstFit(BitSet used, int size, int length) {
        int from = used.nextClearBit(0);
        while (from + length <= size) {
            int end = used.nextSetBit(from);
            if (end < 0 || end - from >= length) {
                return from;
            }
            from = used.nextClearBit(end);
        }
        return -1;
    }
}
