// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.transport.mpj;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class WireTagTest {

    private static final int COMMUNICATOR = 5;

    private record Wire(int tag, int context) {}

    private static Wire wire(long wireTag) {
        return new Wire(WireTag.tag(wireTag), WireTag.context(COMMUNICATOR, wireTag));
    }

    @Test
    void tagsBelow2To49AreExact() {
        for (int shift = 0; shift < 49; shift++) {
            long tag = 1L << shift;
            Wire wire = wire(WireTag.data(tag));
            long back = (wire.context & 0xFFFFFL) << 31 | wire.tag;
            assertEquals(tag, back);
        }
    }

    @Test
    void largerTagsRarelyMeet() {
        long seed = 7;
        Random random = new Random(seed);
        Set<Wire> wires = new HashSet<>();
        Set<Long> tags = new HashSet<>();
        // The chance that any two of 200,000 meet in 49 bits is below 1 in 28,000.
        while (tags.size() < 200_000) {
            long tag = (1L << 49) + (random.nextLong() >>> 14) * (1 + random.nextInt(8));
            if (tag > 0 && tags.add(tag)) {
                wires.add(wire(WireTag.data(tag)));
            }
        }
        assertEquals(tags.size(), wires.size(), "seed=" + seed);
    }

    @Test
    void kindsNeverMeet() {
        Set<Wire> wires = new HashSet<>();
        long[] tags = {0, 1, Integer.MAX_VALUE, (1L << 49) - 1, 1L << 49, Long.MAX_VALUE};
        for (long tag : tags) {
            wires.add(wire(WireTag.data(tag)));
        }
        for (int stream : new int[] {0, 1, Integer.MAX_VALUE, Integer.MIN_VALUE, -1}) {
            wires.add(wire(WireTag.continuation(stream)));
        }
        wires.add(wire(WireTag.control()));
        assertEquals(tags.length + 5 + 1, wires.size());
    }

    @Test
    void staysAwayFromMpjAndFromOtherCommunicators() {
        for (long tag : new long[] {0, 12_345, Long.MAX_VALUE}) {
            long wireTag = WireTag.data(tag);
            assertTrue(WireTag.context(COMMUNICATOR, wireTag) < 0, "MPJ's contexts are not negative");
            assertTrue(WireTag.tag(wireTag) >= 0, "negative tags have a meaning of their own in MPJ");
            assertNotEquals(WireTag.context(COMMUNICATOR, wireTag), WireTag.context(COMMUNICATOR + 1, wireTag));
        }
    }
}
