// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.codec;

import static jdk.incubator.vector.VectorOperators.I2F;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;
import static org.bitreduce.codec.Buckets.isFirst;
import static org.bitreduce.codec.Buckets.isSmall;
import static org.bitreduce.codec.Buckets.norm;
import static org.bitreduce.codec.Lanes.INTS;
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
 * Unpacks whole blocks of codes of up to 16 bits, and scales them. Stateless; see {@link VectorQuantize} on why the
 * methods are as they are.
 *
 * <p>A pair of rows is cut from two neighbouring words of its lane, whether it needs the second or not: that is cheaper
 * than to ask, and carries no vector from one turn of the loop to the next. Where the pair begins the last word there is
 * no second one; the first stands in for it, since its bits are masked away.
 */
final class VectorUnpack {

    private static final int PAIRS = ROWS / 2;
    private static final int ROW_BYTES = LANES * Float.BYTES;

    private VectorUnpack() {}

    /** {@link Kernels#unpack} of whole blocks, off-heap, codes of any width. */
    static void blocks(
            MemorySegment packed,
            long packedOffset,
            long count,
            int width,
            int slope,
            int bias,
            MemorySegment norms,
            long normsOffset,
            int log2Bucket,
            double divisor,
            Kernels.Store store,
            MemorySegment y,
            long yOffset) {
        long packedAt = at(packed, packedOffset, count * width / Byte.SIZE);
        long yAt = at(y, yOffset, count * Float.BYTES);
        int shift = Integer.numberOfTrailingZeros(slope);
        // y - v is y + -v, to the bit.
        double signed = store == Kernels.Store.SUBTRACT ? -divisor : divisor;
        int keep = store == Kernels.Store.SET ? 0 : -1;
        float[] steps = isSmall(log2Bucket) ? Staging.ofThread().rows() : null;
        float step = 0;
        for (long from = 0; from < count; from += BLOCK) {
            if (steps != null) {
                for (int row = 0; row < ROWS; row++) {
                    float norm = norm(norms, normsOffset, log2Bucket, from + (long) row * LANES);
                    steps[row] = ScalarKernels.step(norm, signed);
                }
            } else if (isFirst(from, log2Bucket)) {
                step = ScalarKernels.step(norm(norms, normsOffset, log2Bucket, from), signed);
            }
            long in = packedAt + from * width / Byte.SIZE;
            long out = yAt + from * Float.BYTES;
            if (width > 16) {
                VectorCodes.unpack(packed, in, width, shift, bias, step, steps, keep, y, out);
            } else {
                unpack(packed, in, width, shift, bias, step, steps, keep, y, out);
            }
        }
        Lanes.keepAlive(packed, y);
    }

    /**
     * Writes {@code y = (y & keep) + (slope * code - bias) * step}. What is not kept is read all the same: a store
     * finds its line in the cache then, which is twice as fast where {@code y} is in L2.
     *
     * @param slopeShift binary logarithm of the slope
     * @param step of the block's bucket; negative to subtract
     * @param steps of the rows, or null if all rows are of one bucket
     * @param keep -1 to add, 0 to set
     */
    static void unpack(
            MemorySegment packed,
            long packedOffset,
            int width,
            int slopeShift,
            int bias,
            float step,
            float[] steps,
            int keep,
            MemorySegment y,
            long yOffset) {
        MemorySegment input = memory(packed);
        MemorySegment output = memory(y);
        int mask = ((1 << width) - 1) << slopeShift;
        for (int lane = 0; lane < LANES; lane += LENGTH) {
            long words = packedOffset + lane * 4L;
            long last = words + (width - 1L) * ROW_BYTES;
            for (int pair = 0; pair < PAIRS; pair++) {
                int bit = pair * 2 * width;
                int shift = bit % Integer.SIZE;
                long at = words + (long) (bit / Integer.SIZE) * ROW_BYTES;
                IntVector low = IntVector.fromMemorySegment(INTS, input, at, LITTLE);
                IntVector high = IntVector.fromMemorySegment(INTS, input, Math.min(at + ROW_BYTES, last), LITTLE);
                IntVector codes =
                        low.lanewise(LSHR, shift).or(high.lanewise(LSHL, 1).lanewise(LSHL, Integer.SIZE - 1 - shift));

                float step0 = steps == null ? step : steps[2 * pair];
                IntVector code0 = codes.lanewise(LSHL, slopeShift).and(mask).sub(bias);
                FloatVector value0 = ((FloatVector) code0.convert(I2F, 0)).mul(step0);
                long out = yOffset + pair * 2L * ROW_BYTES + lane * 4L;
                IntVector old0 =
                        IntVector.fromMemorySegment(INTS, output, out, LITTLE).and(keep);
                old0.reinterpretAsFloats().add(value0).intoMemorySegment(output, out, LITTLE);

                float step1 = steps == null ? step : steps[2 * pair + 1];
                IntVector code1 =
                        codes.lanewise(LSHR, width - slopeShift).and(mask).sub(bias);
                FloatVector value1 = ((FloatVector) code1.convert(I2F, 0)).mul(step1);
                IntVector old1 = IntVector.fromMemorySegment(INTS, output, out + ROW_BYTES, LITTLE)
                        .and(keep);
                old1.reinterpretAsFloats().add(value1).intoMemorySegment(output, out + ROW_BYTES, LITTLE);
            }
        }
    }
}
