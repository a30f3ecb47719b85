// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.codec;

/**
 * Counter-based random numbers: 16 bits for every element of every rounding of a run, a function of their coordinates
 * alone, so that any machine, lane count and order draws the same. Confined to one thread at a time.
 *
 * <p>The coordinates (seed, operation number, caller's stream, stage, rank or owner) are mixed into a 64-bit key by
 * SplitMix64's finalizer, one after the other. The elements' draws are halves of 32-bit hashes: rows {@code 2k} and
 * {@code 2k + 1} of a block of 512 elements share one hash per lane, the even row its low half, the odd row its high
 * half, so that one vector of hashes serves two rows.
 *
 * <pre>{@code
 * counter(e) = (e >>> 9) * 256 + ((e & 511) >>> 5) * 16 + (e & 15)        64-bit
 * k          = key, or mix64(key + (counter >>> 32)) for a counter beyond 32 bits
 * h          = (int) counter ^ (int) k
 * h          = (h ^ h >>> 16) * 0x7feb352d
 * h          = h + (int) (k >>> 32)
 * h          = (h ^ h >>> 15) * 0x846ca68b
 * h          = h ^ h >>> 16
 * draw(e)    = (e & 16) == 0 ? h & 0xffff : h >>> 16
 * }</pre>
 */
public final class Draws {

    /** The version of this generator, part of every call's fingerprint. */
    public static final int VERSION = 1;

    private long key;

    private Draws() {}

    /**
     * {@return the draws of one rounding}
     *
     * @param seed the communicator's seed
     * @param operation the communicator's operation number
     * @param stream the caller's stream id
     * @param stage 0 for the first rounding of a collective, 1 for the owner's
     * @param rank the rank that rounds
     */
    public static Draws of(long seed, long operation, long stream, int stage, int rank) {
        Draws draws = new Draws();
        draws.restart(seed, operation, stream, stage, rank);
        return draws;
    }

    /**
     * Becomes the draws of another rounding.
     *
     * @param seed the communicator's seed
     * @param operation the communicator's operation number
     * @param stream the caller's stream id
     * @param stage 0 for the first rounding of a collective, 1 for the owner's
     * @param rank the rank that rounds
     */
    public void restart(long seed, long operation, long stream, int stage, int rank) {
        key = mix64(seed + 0x9e3779b97f4a7c15L * VERSION);
        key = mix64(key ^ operation);
        key = mix64(key + 0x9e3779b97f4a7c15L ^ stream);
        key = mix64(key + 0x9e3779b97f4a7c15L ^ (long) stage << 32 ^ rank);
    }

    /** {@return the mixed coordinates} */
    public long key() {
        return key;
    }

    /**
     * {@return the draw of one element, 0 to 65535}
     *
     * @param element its global index, not negative
     */
    public int draw(long element) {
        long counter = (element >>> 9) * 256 + ((element & 511) >>> 5) * 16 + (element & 15);
        int hash = hash((int) counter, keyFor(counter));
        return (element & 16) == 0 ? hash & 0xffff : hash >>> 16;
    }

    /**
     * {@return the key of the 2^32 counters around this one}
     *
     * @param counter as in the class comment
     */
    long keyFor(long counter) {
        long high = counter >>> 32;
        return high == 0 ? key : mix64(key + high);
    }

    /**
     * {@return two draws}
     *
     * @param counter low half of the counter
     * @param key from {@link #keyFor}
     */
    static int hash(int counter, long key) {
        int h = counter ^ (int) key;
        h = (h ^ h >>> 16) * 0x7feb352d;
        h += (int) (key >>> 32);
        h = (h ^ h >>> 15) * 0x846ca68b;
        return h ^ h >>> 16;
    }

    /**
     * {@return SplitMix64's finalizer (Steele, Lea and Flood, OOPSLA 2014), a bijection}
     *
     * @param z any number
     */
    public static long mix64(long z) {
        long h = (z ^ z >>> 30) * 0xbf58476d1ce4e5b9L;
        h = (h ^ h >>> 27) * 0x94d049bb133111ebL;
        return h ^ h >>> 31;
    }
}
