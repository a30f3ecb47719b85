// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.codec;

import static org.bitreduce.codec.LittleEndian.INT;
import static org.bitreduce.codec.PackedLayout.BLOCK;
import static org.bitreduce.codec.PackedLayout.LANES;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * A block of floats and one of codes, off-heap, by way of which the vector kernels take what is less than a block, or lies
 * on the heap: copying and a whole block cost less than element after element. One per thread, so that kernels stay free of
 * state.
 */
final class Staging {

    private static final ThreadLocal<Staging> OF_THREAD = ThreadLocal.withInitial(Staging::new);
    private static final MemorySegment ZEROS = Arena.global().allocate(BLOCK * Float.BYTES, 64);

    private final MemorySegment floats = Arena.ofAuto().allocate(BLOCK * Float.BYTES, 64);
    private final MemorySegment codes =
            Arena.ofAuto().allocate(PackedLayout.packedBytes(BLOCK, PackedLayout.MAX_WIDTH), 64);

    private final float[] rows = new float[PackedLayout.ROWS];
    private final MemorySegment lanes = Arena.ofAuto().allocate(8 * 64, 64);
    private final long lanesAt = Lanes.at(lanes, 0, lanes.byteSize());

    private Staging() {}

    static Staging ofThread() {
        return OF_THREAD.get();
    }

    /** {@return room for one number per row of a block} */
    float[] rows() {
        return rows;
    }

    /** {@return room for eight vectors of any length} */
    MemorySegment lanes() {
        return lanes;
    }

    /** {@return where {@link #lanes} begin, as {@link Lanes#at}} */
    long lanesAt() {
        return lanesAt;
    }

    /** {@return room for a block of floats} */
    MemorySegment floats() {
        return floats;
    }

    /** {@return room for a block of codes of any width} */
    MemorySegment codes() {
        return codes;
    }

    /** Takes up to a block of floats, and zeros behind them. */
    void takeFloats(MemorySegment x, long offset, int count) {
        long bytes = (long) count * Float.BYTES;
        MemorySegment.copy(x, offset, floats, 0, bytes);
        if (count < BLOCK) {
            MemorySegment.copy(ZEROS, 0, floats, bytes, ZEROS.byteSize() - bytes);
        }
    }

    /** Gives the first floats. */
    void giveFloats(MemorySegment y, long offset, int count) {
        MemorySegment.copy(floats, 0, y, offset, (long) count * Float.BYTES);
    }

    /** Takes up to a block of codes; what is behind them means nothing. */
    void takeCodes(MemorySegment packed, long offset, int count, int width) {
        MemorySegment.copy(packed, offset, codes, 0, PackedLayout.packedBytes(count, width));
    }

    /** Gives the first codes, and zeros where there are none in their last rows and words. */
    void giveCodes(MemorySegment packed, long offset, int count, int width) {
        long bytes = PackedLayout.packedBytes(count, width);
        if (count < BLOCK) {
            int words = (int) (bytes / (LANES * Integer.BYTES));
            for (int lane = 0; lane < LANES; lane++) {
                clearLane(lane, Math.ceilDiv(count - lane, LANES) * width, words);
            }
        }
        MemorySegment.copy(codes, 0, packed, offset, bytes);
    }

    private void clearLane(int lane, int bits, int words) {
        for (int word = bits / Integer.SIZE; word < words; word++) {
            int used = Math.max(0, bits - word * Integer.SIZE);
            long at = ((long) word * LANES + lane) * Integer.BYTES;
            codes.set(INT, at, codes.get(INT, at) & ((1 << used) - 1));
        }
    }
}
