// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.codec;

import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.F2I;
import static jdk.incubator.vector.VectorOperators.GE;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;
import static jdk.incubator.vector.VectorOperators.XOR;
import static org.bitreduce.codec.Buckets.isFirst;
import static org.bitreduce.codec.Buckets.isSmall;
import static org.bitreduce.codec.Buckets.norm;
import static org.bitreduce.codec.Lanes.FLOATS;
import static org.bitreduce.codec.Lanes.INTS;
import static org.bitreduce.codec.Lanes.IOTA;
import static org.bitreduce.codec.Lanes.LENGTH;
import static org.bitreduce.codec.Lanes.LITTLE;
import static org.bitreduce.codec.Lanes.at;
import static org.bitreduce.codec.Lanes.memory;
import static org.bitreduce.codec.PackedLayout.BLOCK;
import static org.bitreduce.codec.PackedLayout.LANES;
import static org.bitreduce.codec.PackedLayout.ROWS;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/**
 * Rounds and packs whole blocks. Stateless.
 *
 * <p>A method for a block takes and returns no vectors, and contains all its arithmetic: where C2 does not inline a
 * method it must box the vectors that go in and out, at a tenth of the speed. Rows go in pairs, whose codes of up to 16
 * bits travel in one word per lane.
 */
final class VectorQuantize {

    private static final int PAIRS = ROWS / 2;
    private static final int ROW_BYTES = LANES * Float.BYTES;

    private VectorQuantize() {}

    /** {@link Kernels#quantize} of whole blocks, off-heap. */
    static void blocks(
            MemorySegment x,
            long xOffset,
            long count,
            MemorySegment norms,
            long normsOffset,
            int log2Bucket,
            int bits,
            long firstElement,
            Draws draws,
            MemorySegment packed,
            long packedOffset) {
        long xAt = at(x, xOffset, count * Float.BYTES);
        long packedAt = at(packed, packedOffset, count * bits / Byte.SIZE);
        int levels = (1 << (bits - 1)) - 1;
        float[] inverses = isSmall(log2Bucket) && bits > 1 ? Staging.ofThread().rows() : null;
        float inverse = 0;
        for (long from = 0; from < count; from += BLOCK) {
            long in = xAt + from * Float.BYTES;
            long out = packedAt + from * bits / Byte.SIZE;
            if (bits == 1) {
                signs(x, in, packed, out);
                continue;
            }
            if (inverses != null) {
                for (int row = 0; row < ROWS; row++) {
                    float norm = norm(norms, normsOffset, log2Bucket, from + (long) row * LANES);
                    inverses[row] = ScalarKernels.inverse(levels, norm);
                }
            } else if (isFirst(from, log2Bucket)) {
                inverse = ScalarKernels.inverse(levels, norm(norms, normsOffset, log2Bucket, from));
            }
            if (draws == null) {
                nearest(x, in, inverse, inverses, bits, packed, out);
            } else {
                long counter = (firstElement + from) / 2;
                long key = draws.keyFor(counter);
                stochastic(x, in, inverse, inverses, bits, (int) counter, key, packed, out);
            }
        }
        Lanes.keepAlive(x, packed);
    }

    /**
     * Rounds at random.
     *
     * @param inverse of the block's bucket
     * @param inverses of the rows, or null if all rows are of one bucket
     * @param counter of the block's first pair, low half
     * @param key of the block
     */
    static void stochastic(
            MemorySegment x,
            long xOffset,
            float inverse,
            float[] inverses,
            int bits,
            int counter,
            long key,
            MemorySegment packed,
            long packedOffset) {
        MemorySegment input = memory(x);
        MemorySegment output = memory(packed);
        int levels = (1 << (bits - 1)) - 1;
        int zeros = levels << bits | levels; // the codes of a pair of zeros
        int pairBits = 2 * bits;
        for (int lane = 0; lane < LANES; lane += LENGTH) {
            IntVector word = IntVector.zero(INTS);
            int used = 0;
            long out = packedOffset + lane * 4L;
            for (int pair = 0; pair < PAIRS; pair++) {
                // Counters of a vector differ from the first in bits that are zero there.
                IntVector h = IOTA.lanewise(XOR, (counter + pair * LANES + lane) ^ (int) key);
                h = h.lanewise(XOR, h.lanewise(LSHR, 16)).mul(0x7feb352d).add((int) (key >>> 32));
                h = h.lanewise(XOR, h.lanewise(LSHR, 15)).mul(0x846ca68b);
                IntVector draw1 = h.lanewise(LSHR, 16);
                IntVector draw0 = h.lanewise(XOR, draw1).and(0xffff);

                long in = xOffset + pair * 2L * ROW_BYTES + lane * 4L;
                float inverse0 = inverses == null ? inverse : inverses[2 * pair];
                FloatVector x0 = FloatVector.fromMemorySegment(FLOATS, input, in, LITTLE);
                IntVector fixed0 = ((IntVector) x0.abs().mul(inverse0).add(0.5f).convert(F2I, 0)).min(levels << 16);
                IntVector level0 = fixed0.add(draw0).lanewise(LSHR, 16);
                IntVector sign0 = x0.reinterpretAsInts().lanewise(ASHR, 31);
                IntVector signed0 = level0.lanewise(XOR, sign0).sub(sign0);

                float inverse1 = inverses == null ? inverse : inverses[2 * pair + 1];
                FloatVector x1 = FloatVector.fromMemorySegment(FLOATS, input, in + ROW_BYTES, LITTLE);
                IntVector fixed1 = ((IntVector) x1.abs().mul(inverse1).add(0.5f).convert(F2I, 0)).min(levels << 16);
                IntVector level1 = fixed1.add(draw1).lanewise(LSHR, 16);
                IntVector sign1 = x1.reinterpretAsInts().lanewise(ASHR, 31);
                IntVector signed1 = level1.lanewise(XOR, sign1).sub(sign1);

                IntVector codes = signed1.lanewise(LSHL, bits).add(signed0).add(zeros);
                word = word.or(codes.lanewise(LSHL, used));
                used += pairBits;
                if (used >= Integer.SIZE) {
                    word.intoMemorySegment(output, out, LITTLE);
                    out += ROW_BYTES;
                    used -= Integer.SIZE;
                    // What did not fit. In two shifts, because a shift by 32 is one by 0.
                    word = codes.lanewise(LSHR, 1).lanewise(LSHR, pairBits - used - 1);
                }
            }
        }
    }

    /** Rounds to the nearest level; parameters as in {@link #stochastic}. */
    static void nearest(
            MemorySegment x,
            long xOffset,
            float inverse,
            float[] inverses,
            int bits,
            MemorySegment packed,
            long packedOffset) {
        MemorySegment input = memory(x);
        MemorySegment output = memory(packed);
        int levels = (1 << (bits - 1)) - 1;
        int zeros = levels << bits | levels; // the codes of a pair of zeros
        int pairBits = 2 * bits;
        for (int lane = 0; lane < LANES; lane += LENGTH) {
            IntVector word = IntVector.zero(INTS);
            int used = 0;
            long out = packedOffset + lane * 4L;
            for (int pair = 0; pair < PAIRS; pair++) {
                long in = xOffset + pair * 2L * ROW_BYTES + lane * 4L;
                float inverse0 = inverses == null ? inverse : inverses[2 * pair];
                FloatVector x0 = FloatVector.fromMemorySegment(FLOATS, input, in, LITTLE);
                IntVector fixed0 = ((IntVector) x0.abs().mul(inverse0).add(0.5f).convert(F2I, 0)).min(levels << 16);
                IntVector level0 = fixed0.add(0x8000).lanewise(LSHR, 16);
                IntVector sign0 = x0.reinterpretAsInts().lanewise(ASHR, 31);
                IntVector signed0 = level0.lanewise(XOR, sign0).sub(sign0);

                float inverse1 = inverses == null ? inverse : inverses[2 * pair + 1];
                FloatVector x1 = FloatVector.fromMemorySegment(FLOATS, input, in + ROW_BYTES, LITTLE);
                IntVector fixed1 = ((IntVector) x1.abs().mul(inverse1).add(0.5f).convert(F2I, 0)).min(levels << 16);
                IntVector level1 = fixed1.add(0x8000).lanewise(LSHR, 16);
                IntVector sign1 = x1.reinterpretAsInts().lanewise(ASHR, 31);
                IntVector signed1 = level1.lanewise(XOR, sign1).sub(sign1);

                IntVector codes = signed1.lanewise(LSHL, bits).add(signed0).add(zeros);
                word = word.or(codes.lanewise(LSHL, used));
                used += pairBits;
                if (used >= Integer.SIZE) {
                    word.intoMemorySegment(output, out, LITTLE);
                    out += ROW_BYTES;
                    used -= Integer.SIZE;
                    word = codes.lanewise(LSHR, 1).lanewise(LSHR, pairBits - used - 1);
                }
            }
        }
    }

    /** Takes the signs: one word of 32 rows per lane. */
    static void signs(MemorySegment x, long xOffset, MemorySegment packed, long packedOffset) {
        MemorySegment input = memory(x);
        MemorySegment output = memory(packed);
        // The float whose bits are the integer 1: no arithmetic is done with it.
        FloatVector one = FloatVector.broadcast(FLOATS, Float.MIN_VALUE);
        for (int lane = 0; lane < LANES; lane += LENGTH) {
            IntVector word = IntVector.zero(INTS);
            for (int row = 0; row < ROWS; row++) {
                long in = xOffset + (long) row * ROW_BYTES + lane * 4L;
                FloatVector value = FloatVector.fromMemorySegment(FLOATS, input, in, LITTLE);
                IntVector code = FloatVector.zero(FLOATS)
                        .blend(one, value.compare(GE, 0f))
                        .reinterpretAsInts();
                word = word.or(code.lanewise(LSHL, row));
            }
            word.intoMemorySegment(output, packedOffset + lane * 4L, LITTLE);
        }
    }
}
