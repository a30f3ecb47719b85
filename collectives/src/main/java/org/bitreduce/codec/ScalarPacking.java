// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.codec;

import static org.bitreduce.codec.LittleEndian.INT;
import static org.bitreduce.codec.PackedLayout.BLOCK;
import static org.bitreduce.codec.PackedLayout.LANES;

import java.lang.foreign.MemorySegment;

/** One code at a time, in {@link PackedLayout}. Stateless. */
final class ScalarPacking {

    private ScalarPacking() {}

    /** Clears the memory of {@code count} codes, as {@link #put} wants it. */
    static void clear(MemorySegment packed, long packedOffset, long count, int width) {
        long bytes = PackedLayout.packedBytes(count, width);
        for (long at = 0; at < bytes; at += Integer.BYTES) {
            packed.set(INT, packedOffset + at, 0);
        }
    }

    /** Writes a code of {@code width} bits in place of another. */
    static void put(MemorySegment packed, long packedOffset, long index, int width, int code) {
        int bit = bit(index, width);
        int shift = bit % Integer.SIZE;
        int mask = (1 << width) - 1;
        long at = packedOffset + word(index, width, bit);
        packed.set(INT, at, packed.get(INT, at) & ~(mask << shift) | code << shift);
        if (shift + width > Integer.SIZE) {
            long next = at + LANES * Integer.BYTES;
            int over = Integer.SIZE - shift;
            packed.set(INT, next, packed.get(INT, next) & ~(mask >>> over) | code >>> over);
        }
    }

    /** {@return the code of an element} */
    static int get(MemorySegment packed, long packedOffset, long index, int width) {
        int bit = bit(index, width);
        int shift = bit % Integer.SIZE;
        long at = packedOffset + word(index, width, bit);
        int code = packed.get(INT, at) >>> shift;
        if (shift + width > Integer.SIZE) {
            code |= packed.get(INT, at + LANES * Integer.BYTES) << (Integer.SIZE - shift);
        }
        return code & ((1 << width) - 1);
    }

    /** {@return the position of a code among the bits of its lane} */
    private static int bit(long index, int width) {
        return (int) (index % BLOCK) / LANES * width;
    }

    /** {@return the offset of the 32-bit word that holds a bit of an element's lane, in bytes} */
    private static long word(long index, int width, int bit) {
        long block = index / BLOCK * PackedLayout.packedBytes(BLOCK, width);
        long lane = index % LANES;
        return block + ((long) (bit / Integer.SIZE) * LANES + lane) * Integer.BYTES;
    }
}
