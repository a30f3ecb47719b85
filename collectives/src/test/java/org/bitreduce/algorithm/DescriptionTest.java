// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.algorithm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What stands for a call in the agreement. */
@Timeout(20)
class DescriptionTest {

    private static byte[] text(SplittableRandom random) {
        byte[] text = new byte[Description.BYTES];
        random.nextBytes(text);
        return text;
    }

    private static long hash(byte[] text) {
        return Description.hash(MemorySegment.ofArray(text));
    }

    @Test
    void everyBitMovesTheHashAndBelongsToAField() {
        long seed = System.nanoTime();
        for (int mode : new int[] {0, 255}) {
            byte[] text = text(new SplittableRandom(seed));
            text[3] = (byte) mode;
            for (int bit = 0; bit < Long.BYTES * Description.BYTES; bit++) {
                byte[] other = text.clone();
                other[bit / 8] ^= (byte) (1 << bit % 8);
                assertNotEquals(hash(text), hash(other), "seed " + seed + ", bit " + bit);
                boolean flagWithoutMeaning = bit / 8 == 5 && bit % 8 > 3;
                String difference =
                        Description.difference(MemorySegment.ofArray(text), 0, MemorySegment.ofArray(other), 1, 0);
                if (!flagWithoutMeaning) {
                    assertNotNull(difference, "bit " + bit);
                }
            }
            assertNull(Description.difference(MemorySegment.ofArray(text), 0, MemorySegment.ofArray(text), 1, 0));
        }
    }

    /** Differences in several words: of 200,000 descriptions that differ in a few bits no two share a hash. */
    @Test
    void similarDescriptionsHaveDifferentHashes() {
        Set<Long> hashes = new HashSet<>();
        MemorySegment text = MemorySegment.ofArray(new byte[Description.BYTES]);
        for (long number = 0; number < 2_000; number++) {
            for (long count = 0; count < 100; count++) {
                text.set(ValueLayout.JAVA_LONG_UNALIGNED, 8, count);
                text.set(ValueLayout.JAVA_LONG_UNALIGNED, 48, number);
                hashes.add(Description.hash(text));
            }
        }
        assertEquals(200_000, hashes.size());
    }
}
