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
 * Whole blocks of codes of any width, a row at a time: their sum, and, for the widths that {@link VectorUnpack} does not
 * take, to floats. Stateless.
 */
final class VectorCodes {

    private static final int ROW_BYTES = LANES * Integer.BYTES;

    private VectorCodes() {}

    /** {@return the sum of the codes, at most 512 * (2^22 - 1)} */
    static int sum(MemorySegment packed, long packedOffset, int width) {
        MemorySegment input = memory(packed);
        int mask = (1 << width) - 1;
        IntVector sum = IntVector.zero(INTS);
        for (int lane = 0; lane < LANES; lane += LENGTH) {
            long words = packedOffset + lane * 4L;
            long last = words + (width - 1L) * ROW_BYTES;
            for (int row = 0; row < ROWS; row++) {
                int bit = row * width;
                int shift = bit % Integer.SIZE;
                long at = words + (long) (bit / Integer.SIZE) * ROW_BYTES;
                IntVector low = IntVector.fromMemorySegment(INTS, input, at, LITTLE);
                IntVector high = IntVector.fromMemorySegment(INTS, input, Math.min(at + ROW_BYTES, last), LITTLE);
                sum = sum.add(low.lanewise(LSHR, shift)
                        .or(high.lanewise(LSHL, 1).lanewise(LSHL, Integer.SIZE - 1 - shift))
                        .and(mask));
            }
        }
        return sum.reduceLanes(ADD);
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
}
