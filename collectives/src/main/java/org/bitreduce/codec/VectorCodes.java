// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.codec;

import static jdk.incubator.vector.VectorOperators.ADD;
import static jdk.incubator.vector.VectorOperators.I2F;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;
import static org.bitreduce.codec.Lanes.INTS;
import static org.bitreduce.codec.Lanes.LENGTH;
import static org.bitreduce.codec.Lanes.LITTLE;
import static org.bitreduce.codec.Lanes.memory;
import static org.bitreduce.codec.PackedLayout.LANES;
import static org.bitreduce.codec.PackedLayout.ROWS;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/**
 * Whole blocks of codes of any width, a row at a time: to and from integers, and, for the widths that {@link
 * VectorUnpack} does not take, to floats. Stateless.
 */
final class VectorCodes {

    private static final int ROW_BYTES = LANES * Integer.BYTES;

    private VectorCodes() {}

    /** Writes {@code sums = (sums & keep) + codes}. {@return the sum of the codes, at most 512 * (2^22 - 1)} */
    static int add(MemorySegment packed, long packedOffset, int width, int keep, MemorySegment sums, long sumsOffset) {
        MemorySegment input = memory(packed);
        MemorySegment output = memory(sums);
        int mask = (1 << width) - 1;
        IntVector checksum = IntVector.zero(INTS);
        for (int lane = 0; lane < LANES; lane += LENGTH) {
            long words = packedOffset + lane * 4L;
            long last = words + (width - 1L) * ROW_BYTES;
            for (int row = 0; row < ROWS; row++) {
                int bit = row * width;
                int shift = bit % Integer.SIZE;
                long at = words + (long) (bit / Integer.SIZE) * ROW_BYTES;
                IntVector low = IntVector.fromMemorySegment(INTS, input, at, LITTLE);
                IntVector high = IntVector.fromMemorySegment(INTS, input, Math.min(at + ROW_BYTES, last), LITTLE);
                IntVector code = low.lanewise(LSHR, shift)
                        .or(high.lanewise(LSHL, 1).lanewise(LSHL, Integer.SIZE - 1 - shift))
                        .and(mask);
                long out = sumsOffset + (long) row * ROW_BYTES + lane * 4L;
                IntVector old =
                        IntVector.fromMemorySegment(INTS, output, out, LITTLE).and(keep);
                old.add(code).intoMemorySegment(output, out, LITTLE);
                checksum = checksum.add(code);
            }
        }
        return checksum.reduceLanes(ADD);
    }

    /** Like {@link VectorUnpack#unpack}. */
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
        int mask = (1 << width) - 1;
        for (int lane = 0; lane < LANES; lane += LENGTH) {
            long words = packedOffset + lane * 4L;
            long last = words + (width - 1L) * ROW_BYTES;
            for (int row = 0; row < ROWS; row++) {
                int bit = row * width;
                int shift = bit % Integer.SIZE;
                long at = words + (long) (bit / Integer.SIZE) * ROW_BYTES;
                IntVector low = IntVector.fromMemorySegment(INTS, input, at, LITTLE);
                IntVector high = IntVector.fromMemorySegment(INTS, input, Math.min(at + ROW_BYTES, last), LITTLE);
                IntVector code = low.lanewise(LSHR, shift)
                        .or(high.lanewise(LSHL, 1).lanewise(LSHL, Integer.SIZE - 1 - shift))
                        .and(mask)
                        .lanewise(LSHL, slopeShift)
                        .sub(bias);
                FloatVector value = ((FloatVector) code.convert(I2F, 0)).mul(steps == null ? step : steps[row]);
                long out = yOffset + (long) row * ROW_BYTES + lane * 4L;
                IntVector old =
                        IntVector.fromMemorySegment(INTS, output, out, LITTLE).and(keep);
                old.reinterpretAsFloats().add(value).intoMemorySegment(output, out, LITTLE);
            }
        }
    }

    /** Packs a block of integers. {@return the sum of the codes} */
    static int pack(MemorySegment codes, long codesOffset, int width, MemorySegment packed, long packedOffset) {
        MemorySegment input = memory(codes);
        MemorySegment output = memory(packed);
        IntVector checksum = IntVector.zero(INTS);
        for (int lane = 0; lane < LANES; lane += LENGTH) {
            IntVector word = IntVector.zero(INTS);
            int used = 0;
            long out = packedOffset + lane * 4L;
            for (int row = 0; row < ROWS; row++) {
                long in = codesOffset + (long) row * ROW_BYTES + lane * 4L;
                IntVector code = IntVector.fromMemorySegment(INTS, input, in, LITTLE);
                checksum = checksum.add(code);
                word = word.or(code.lanewise(LSHL, used));
                used += width;
                if (used >= Integer.SIZE) {
                    word.intoMemorySegment(output, out, LITTLE);
                    out += ROW_BYTES;
                    used -= Integer.SIZE;
                    word = code.lanewise(LSHR, width - used); // what did not fit, 0 if all did
                }
            }
        }
        return checksum.reduceLanes(ADD);
    }
}
