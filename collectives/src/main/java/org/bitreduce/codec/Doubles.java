// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.codec;

import static org.bitreduce.codec.LittleEndian.DOUBLE;
import static org.bitreduce.codec.LittleEndian.FLOAT;

import java.lang.foreign.MemorySegment;

/**
 * Doubles on their way into and out of the codec, which knows floats: rounded to the nearest float (beyond the greatest
 * float: infinity), and widened, which is exact. Little-endian, of any alignment. Stateless.
 */
public final class Doubles {

    /** Elements that are converted together: their floats stay in the first cache. A multiple of a block. */
    public static final int STRIPE = 4096;

    /** Binary logarithm of {@link #STRIPE}: of the largest bucket whose elements are converted together. */
    public static final int LOG2_STRIPE = 12;

    private Doubles() {}

    /**
     * Rounds doubles to floats.
     *
     * @param x doubles, not modified
     * @param xOffset in bytes
     * @param count at most 2^27
     * @param y receives floats; does not overlap {@code x}
     * @param yOffset in bytes
     */
    public static void narrow(MemorySegment x, long xOffset, int count, MemorySegment y, long yOffset) {
        for (int i = 0; i < count; i++) {
            y.set(FLOAT, yOffset + i * 4L, (float) x.get(DOUBLE, xOffset + i * 8L));
        }
    }

    /**
     * Turns floats into doubles that begin where they began.
     *
     * @param y {@code count} floats, and room for as many doubles
     * @param at of both, in bytes
     * @param count elements
     * @param stripe room for {@link #STRIPE} floats; does not overlap {@code y}
     */
    public static void widen(MemorySegment y, long at, long count, MemorySegment stripe) {
        // Backwards: the doubles of a stripe lie over the floats of later ones only, and of its own.
        for (long end = count; end > 0; ) {
            int n = (int) (end % STRIPE == 0 ? STRIPE : end % STRIPE);
            long from = end - n;
            MemorySegment.copy(y, at + from * 4, stripe, 0, n * 4L);
            for (int i = 0; i < n; i++) {
                y.set(DOUBLE, at + (from + i) * 8, stripe.get(FLOAT, i * 4L));
            }
            end = from;
        }
    }
}
