// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.codec;

import static jdk.incubator.vector.VectorOperators.ADD;
import static jdk.incubator.vector.VectorOperators.I2F;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;
import static org.bitreduce.codec.Lanes.ABSOLUTE;
import static org.bitreduce.codec.Lanes.ALL_MEMORY;
import static org.bitreduce.codec.Lanes.FLOATS;
import static org.bitreduce.codec.Lanes.INTS;
import static org.bitreduce.codec.Lanes.LENGTH;
import static org.bitreduce.codec.Lanes.LITTLE;
import static org.bitreduce.codec.Lanes.memory;
import static org.bitreduce.codec.PackedLayout.LANES;
import static org.bitreduce.codec.PackedLayout.ROWS;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorSpecies;
import org.bitreduce.ElementType;
import org.bitreduce.Reduction;

/**
 * Adds what several ranks have sent, block by block, in registers: every input is read once and every sum is written
 * once. Stateless; see {@link VectorQuantize} on why the methods are as they are.
 */
final class VectorSums {

    private static final VectorSpecies<Double> DOUBLES = FLOATS.withLanes(double.class);
    private static final int PAIRS = ROWS / 2;
    private static final int ROW_BYTES = LANES * Float.BYTES;
    private static final int STEP = FLOATS.vectorByteSize();

    private VectorSums() {}

    /**
     * Writes {@code y = ((y & keep) + v_from) + …} with {@code v = (slope * code - bias) * step}, codes of up to 16 bits.
     *
     * @param sources located at the packed codes, with their steps
     * @param offset of the block in each
     * @param stride 0 if all rows of a block have the step of the first, 1 if each has its own
     * @param keep -1 to add to what is there, 0 to set
     */
    static void unpack(
            Sources sources,
            int from,
            int to,
            long offset,
            int width,
            int slopeShift,
            int bias,
            int stride,
            int keep,
            MemorySegment y,
            long yOffset) {
        MemorySegment[] segments = sources.segments();
        long[] addresses = sources.addresses();
        float[] steps = sources.steps();
        MemorySegment output = memory(y);
        int mask = ((1 << width) - 1) << slopeShift;
        for (int lane = 0; lane < LANES; lane += LENGTH) {
            for (int pair = 0; pair < PAIRS; pair++) {
                int bit = pair * 2 * width;
                int shift = bit % Integer.SIZE;
                boolean straddles = shift + 2 * width > Integer.SIZE;
                long at = offset + lane * 4L + (long) (bit / Integer.SIZE) * ROW_BYTES;
                long out = yOffset + pair * 2L * ROW_BYTES + lane * 4L;
                FloatVector sum0 = IntVector.fromMemorySegment(INTS, output, out, LITTLE)
                        .and(keep)
                        .reinterpretAsFloats();
                FloatVector sum1 = IntVector.fromMemorySegment(INTS, output, out + ROW_BYTES, LITTLE)
                        .and(keep)
                        .reinterpretAsFloats();
                for (int s = from; s < to; s++) {
                    MemorySegment input = ABSOLUTE ? ALL_MEMORY : segments[s];
                    long word = addresses[s] + at;
                    IntVector codes = IntVector.fromMemorySegment(INTS, input, word, LITTLE)
                            .lanewise(LSHR, shift);
                    if (straddles) {
                        codes = codes.or(IntVector.fromMemorySegment(INTS, input, word + ROW_BYTES, LITTLE)
                                .lanewise(LSHL, Integer.SIZE - shift));
                    }
                    int first = s * ROWS + 2 * pair * stride;
                    IntVector code0 = codes.lanewise(LSHL, slopeShift).and(mask).sub(bias);
                    sum0 = sum0.add(((FloatVector) code0.convert(I2F, 0)).mul(steps[first]));
                    IntVector code1 =
                            codes.lanewise(LSHR, width - slopeShift).and(mask).sub(bias);
                    sum1 = sum1.add(((FloatVector) code1.convert(I2F, 0)).mul(steps[first + stride]));
                }
                sum0.intoMemorySegment(output, out, LITTLE);
                sum1.intoMemorySegment(output, out + ROW_BYTES, LITTLE);
            }
        }
    }

    /**
     * Writes {@code sums = sums + code_from + …}, or without the old sums if {@code set}; codes of up to 16 bits.
     *
     * <p>The old sums of two rows are read before a word is written, and words that are written hold rows before them.
     *
     * @return the sum of all codes that were added
     */
    static long addCodes(
            Sources sources,
            int from,
            int to,
            long offset,
            int width,
            boolean set,
            MemorySegment sums,
            long sumsOffset,
            int sumsWidth) {
        MemorySegment[] segments = sources.segments();
        long[] addresses = sources.addresses();
        MemorySegment output = memory(sums);
        int mask = (1 << width) - 1;
        int sumsMask = (1 << sumsWidth) - 1;
        IntVector checksum = IntVector.zero(INTS);
        for (int lane = 0; lane < LANES; lane += LENGTH) {
            IntVector word = IntVector.zero(INTS);
            int used = 0;
            long words = sumsOffset + lane * 4L;
            long last = words + (sumsWidth - 1L) * ROW_BYTES;
            long out = words;
            for (int pair = 0; pair < PAIRS; pair++) {
                int bit = pair * 2 * width;
                int shift = bit % Integer.SIZE;
                boolean straddles = shift + 2 * width > Integer.SIZE;
                long at = offset + lane * 4L + (long) (bit / Integer.SIZE) * ROW_BYTES;
                IntVector sum0 = IntVector.zero(INTS);
                IntVector sum1 = IntVector.zero(INTS);
                for (int s = from; s < to; s++) {
                    MemorySegment input = ABSOLUTE ? ALL_MEMORY : segments[s];
                    long in = addresses[s] + at;
                    IntVector codes =
                            IntVector.fromMemorySegment(INTS, input, in, LITTLE).lanewise(LSHR, shift);
                    if (straddles) {
                        codes = codes.or(IntVector.fromMemorySegment(INTS, input, in + ROW_BYTES, LITTLE)
                                .lanewise(LSHL, Integer.SIZE - shift));
                    }
                    sum0 = sum0.add(codes.and(mask));
                    sum1 = sum1.add(codes.lanewise(LSHR, width).and(mask));
                }
                // 32 rows of sums of 22 bits fit in an unsigned int, and so do those of all lanes.
                checksum = checksum.add(sum0).add(sum1);
                if (!set) {
                    int bit0 = pair * 2 * sumsWidth;
                    int shift0 = bit0 % Integer.SIZE;
                    long at0 = words + (long) (bit0 / Integer.SIZE) * ROW_BYTES;
                    IntVector low0 = IntVector.fromMemorySegment(INTS, output, at0, LITTLE);
                    IntVector high0 =
                            IntVector.fromMemorySegment(INTS, output, Math.min(at0 + ROW_BYTES, last), LITTLE);
                    sum0 = sum0.add(low0.lanewise(LSHR, shift0)
                            .or(high0.lanewise(LSHL, 1).lanewise(LSHL, Integer.SIZE - 1 - shift0))
                            .and(sumsMask));
                    int bit1 = bit0 + sumsWidth;
                    int shift1 = bit1 % Integer.SIZE;
                    long at1 = words + (long) (bit1 / Integer.SIZE) * ROW_BYTES;
                    IntVector low1 = IntVector.fromMemorySegment(INTS, output, at1, LITTLE);
                    IntVector high1 =
                            IntVector.fromMemorySegment(INTS, output, Math.min(at1 + ROW_BYTES, last), LITTLE);
                    sum1 = sum1.add(low1.lanewise(LSHR, shift1)
                            .or(high1.lanewise(LSHL, 1).lanewise(LSHL, Integer.SIZE - 1 - shift1))
                            .and(sumsMask));
                }
                word = word.or(sum0.lanewise(LSHL, used));
                used += sumsWidth;
                if (used >= Integer.SIZE) {
                    word.intoMemorySegment(output, out, LITTLE);
                    out += ROW_BYTES;
                    used -= Integer.SIZE;
                    word = sum0.lanewise(LSHR, sumsWidth - used); // what did not fit, 0 if all did
                }
                word = word.or(sum1.lanewise(LSHL, used));
                used += sumsWidth;
                if (used >= Integer.SIZE) {
                    word.intoMemorySegment(output, out, LITTLE);
                    out += ROW_BYTES;
                    used -= Integer.SIZE;
                    word = sum1.lanewise(LSHR, sumsWidth - used);
                }
            }
        }
        return Integer.toUnsignedLong(checksum.reduceLanes(ADD));
    }

    /** {@return whether {@link #reduce} can} */
    static boolean canReduce(ElementType type, Reduction reduction) {
        boolean sum = reduction == Reduction.SUM || reduction == Reduction.MEAN;
        return sum && (type == ElementType.FLOAT || type == ElementType.DOUBLE);
    }

    /** Sets the sums of a piece of up to {@link Sources#PIECE} bytes, whole vectors. */
    static void reduce(
            ElementType type,
            Sources sources,
            int from,
            int to,
            long offset,
            MemorySegment y,
            long yOffset,
            int bytes) {
        if (type == ElementType.FLOAT) {
            floats(sources, from, to, offset, y, yOffset, bytes);
        } else {
            doubles(sources, from, to, offset, y, yOffset, bytes);
        }
    }

    /** Writes {@code y = (x_from + x_(from+1)) + …}, a piece; four vectors at a time, so that additions overlap. */
    private static void floats(
            Sources sources, int from, int to, long offset, MemorySegment y, long yOffset, int bytes) {
        MemorySegment[] segments = sources.segments();
        long[] addresses = sources.addresses();
        MemorySegment output = memory(y);
        int i = 0;
        for (; i <= bytes - 4 * STEP; i += 4 * STEP) {
            MemorySegment input = ABSOLUTE ? ALL_MEMORY : segments[from];
            long at = addresses[from] + offset + i;
            FloatVector sum0 = FloatVector.fromMemorySegment(FLOATS, input, at, LITTLE);
            FloatVector sum1 = FloatVector.fromMemorySegment(FLOATS, input, at + STEP, LITTLE);
            FloatVector sum2 = FloatVector.fromMemorySegment(FLOATS, input, at + 2L * STEP, LITTLE);
            FloatVector sum3 = FloatVector.fromMemorySegment(FLOATS, input, at + 3L * STEP, LITTLE);
            for (int s = from + 1; s < to; s++) {
                MemorySegment next = ABSOLUTE ? ALL_MEMORY : segments[s];
                long nextAt = addresses[s] + offset + i;
                sum0 = sum0.add(FloatVector.fromMemorySegment(FLOATS, next, nextAt, LITTLE));
                sum1 = sum1.add(FloatVector.fromMemorySegment(FLOATS, next, nextAt + STEP, LITTLE));
                sum2 = sum2.add(FloatVector.fromMemorySegment(FLOATS, next, nextAt + 2L * STEP, LITTLE));
                sum3 = sum3.add(FloatVector.fromMemorySegment(FLOATS, next, nextAt + 3L * STEP, LITTLE));
            }
            sum0.intoMemorySegment(output, yOffset + i, LITTLE);
            sum1.intoMemorySegment(output, yOffset + i + STEP, LITTLE);
            sum2.intoMemorySegment(output, yOffset + i + 2L * STEP, LITTLE);
            sum3.intoMemorySegment(output, yOffset + i + 3L * STEP, LITTLE);
        }
        for (; i < bytes; i += STEP) {
            MemorySegment input = ABSOLUTE ? ALL_MEMORY : segments[from];
            FloatVector sum = FloatVector.fromMemorySegment(FLOATS, input, addresses[from] + offset + i, LITTLE);
            for (int s = from + 1; s < to; s++) {
                MemorySegment next = ABSOLUTE ? ALL_MEMORY : segments[s];
                sum = sum.add(FloatVector.fromMemorySegment(FLOATS, next, addresses[s] + offset + i, LITTLE));
            }
            sum.intoMemorySegment(output, yOffset + i, LITTLE);
        }
    }

    /** Like {@link #floats}. */
    private static void doubles(
            Sources sources, int from, int to, long offset, MemorySegment y, long yOffset, int bytes) {
        MemorySegment[] segments = sources.segments();
        long[] addresses = sources.addresses();
        MemorySegment output = memory(y);
        int i = 0;
        for (; i <= bytes - 4 * STEP; i += 4 * STEP) {
            MemorySegment input = ABSOLUTE ? ALL_MEMORY : segments[from];
            long at = addresses[from] + offset + i;
            DoubleVector sum0 = DoubleVector.fromMemorySegment(DOUBLES, input, at, LITTLE);
            DoubleVector sum1 = DoubleVector.fromMemorySegment(DOUBLES, input, at + STEP, LITTLE);
            DoubleVector sum2 = DoubleVector.fromMemorySegment(DOUBLES, input, at + 2L * STEP, LITTLE);
            DoubleVector sum3 = DoubleVector.fromMemorySegment(DOUBLES, input, at + 3L * STEP, LITTLE);
            for (int s = from + 1; s < to; s++) {
                MemorySegment next = ABSOLUTE ? ALL_MEMORY : segments[s];
                long nextAt = addresses[s] + offset + i;
                sum0 = sum0.add(DoubleVector.fromMemorySegment(DOUBLES, next, nextAt, LITTLE));
                sum1 = sum1.add(DoubleVector.fromMemorySegment(DOUBLES, next, nextAt + STEP, LITTLE));
                sum2 = sum2.add(DoubleVector.fromMemorySegment(DOUBLES, next, nextAt + 2L * STEP, LITTLE));
                sum3 = sum3.add(DoubleVector.fromMemorySegment(DOUBLES, next, nextAt + 3L * STEP, LITTLE));
            }
            sum0.intoMemorySegment(output, yOffset + i, LITTLE);
            sum1.intoMemorySegment(output, yOffset + i + STEP, LITTLE);
            sum2.intoMemorySegment(output, yOffset + i + 2L * STEP, LITTLE);
            sum3.intoMemorySegment(output, yOffset + i + 3L * STEP, LITTLE);
        }
        for (; i < bytes; i += STEP) {
            MemorySegment input = ABSOLUTE ? ALL_MEMORY : segments[from];
            DoubleVector sum = DoubleVector.fromMemorySegment(DOUBLES, input, addresses[from] + offset + i, LITTLE);
            for (int s = from + 1; s < to; s++) {
                MemorySegment next = ABSOLUTE ? ALL_MEMORY : segments[s];
                sum = sum.add(DoubleVector.fromMemorySegment(DOUBLES, next, addresses[s] + offset + i, LITTLE));
            }
            sum.intoMemorySegment(output, yOffset + i, LITTLE);
        }
    }
}
