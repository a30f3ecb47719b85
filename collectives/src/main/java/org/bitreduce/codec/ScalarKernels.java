// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.codec;

import static org.bitreduce.codec.LittleEndian.FLOAT;

import java.lang.foreign.MemorySegment;
import org.bitreduce.ElementType;
import org.bitreduce.Norm;
import org.bitreduce.Reduction;

/** The specification: one element at a time, as {@link Kernels} says it. Stateless and thread-safe. */
public final class ScalarKernels implements Kernels {

    /** Nothing to set up. */
    public ScalarKernels() {}

    @Override
    public void norms(
            MemorySegment x,
            long xOffset,
            long count,
            Norm norm,
            int log2Bucket,
            MemorySegment norms,
            long normsOffset,
            VectorStatistics totals) {
        ScalarNorms.norms(x, xOffset, count, norm, log2Bucket, norms, normsOffset, totals);
    }

    @Override
    public void quantize(
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
        int levels = (1 << (bits - 1)) - 1;
        ScalarPacking.clear(packed, packedOffset, count, bits);
        for (long i = 0; i < count; i++) {
            float value = x.get(FLOAT, xOffset + i * Float.BYTES);
            int code;
            if (bits == 1) {
                code = value >= 0 ? 1 : 0;
            } else {
                float norm = norms.get(FLOAT, normsOffset + (i >>> log2Bucket) * Float.BYTES);
                int draw = draws == null ? 0x8000 : draws.draw(firstElement + i);
                code = code(value, inverse(levels, norm), levels, draw);
            }
            ScalarPacking.put(packed, packedOffset, i, bits, code);
        }
    }

    /** {@return the code of one element; a conversion to int takes NaN to 0 and infinity to the greatest int} */
    private static int code(float value, float inverse, int levels, int draw) {
        int fixed = Math.min((int) (Math.abs(value) * inverse + 0.5f), levels << 16);
        int level = (fixed + draw) >>> 16;
        return value < 0 ? levels - level : levels + level;
    }

    /** {@return levels per unit of the elements, times 2^16, or 0 where that is infinite or not a number} */
    static float inverse(int levels, float norm) {
        float inverse = (float) (levels * 65536.0 / norm);
        return Float.isFinite(inverse) ? inverse : 0;
    }

    @Override
    public void unpack(
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
            Store store,
            MemorySegment y,
            long yOffset) {
        for (long i = 0; i < count; i++) {
            float norm = norms.get(FLOAT, normsOffset + (i >>> log2Bucket) * Float.BYTES);
            int code = ScalarPacking.get(packed, packedOffset, i, width);
            float value = (float) (slope * code - bias) * step(norm, divisor);
            long at = yOffset + i * Float.BYTES;
            switch (store) {
                case SET -> y.set(FLOAT, at, 0 + value);
                case ADD -> y.set(FLOAT, at, y.get(FLOAT, at) + value);
                case SUBTRACT -> y.set(FLOAT, at, y.get(FLOAT, at) - value);
            }
        }
    }

    /** {@return what one level is worth} */
    static float step(float norm, double divisor) {
        return (float) (norm / divisor);
    }

    @Override
    public long sumCodes(MemorySegment packed, long packedOffset, long count, int width) {
        long sum = 0;
        for (long i = 0; i < count; i++) {
            sum += ScalarPacking.get(packed, packedOffset, i, width);
        }
        return sum;
    }

    @Override
    public long addCodes(
            Sources packed,
            int from,
            int to,
            long packedOffset,
            long count,
            int width,
            boolean set,
            MemorySegment sums,
            long sumsOffset,
            int sumsWidth) {
        if (set) {
            ScalarPacking.clear(sums, sumsOffset, count, sumsWidth);
        }
        long checksum = 0;
        for (long i = 0; i < count; i++) {
            int sum = 0;
            for (int rank = from; rank < to; rank++) {
                sum += ScalarPacking.get(packed.get(rank), packedOffset, i, width);
            }
            int old = ScalarPacking.get(sums, sumsOffset, i, sumsWidth);
            ScalarPacking.put(sums, sumsOffset, i, sumsWidth, old + sum);
            checksum += sum;
        }
        return checksum;
    }

    @Override
    public void addVotes(
            Sources packed,
            int from,
            int to,
            long packedOffset,
            long count,
            boolean set,
            MemorySegment counts,
            long countsOffset,
            int planes) {
        ScalarVotes.add(packed, from, to, packedOffset, count, set, counts, countsOffset, planes);
    }

    @Override
    public void decideVotes(
            MemorySegment counts,
            long countsOffset,
            long count,
            int planes,
            int ranks,
            MemorySegment packed,
            long packedOffset) {
        ScalarVotes.decide(counts, countsOffset, count, planes, ranks, packed, packedOffset);
    }

    @Override
    public void reduce(
            ElementType type,
            Reduction reduction,
            MemorySegment x,
            long xOffset,
            long count,
            MemorySegment y,
            long yOffset) {
        ScalarReduce.reduce(type, reduction, x, xOffset, count, y, yOffset);
    }

    @Override
    public void reduceAll(
            ElementType type,
            Reduction reduction,
            Sources x,
            int from,
            int to,
            long xOffset,
            long count,
            boolean set,
            MemorySegment y,
            long yOffset) {
        ScalarReduce.reduceAll(type, reduction, x, from, to, xOffset, count, set, y, yOffset);
    }

    @Override
    public void divide(ElementType type, int divisor, long count, MemorySegment y, long yOffset) {
        ScalarReduce.divide(type, divisor, count, y, yOffset);
    }

    @Override
    public String name() {
        return "scalar";
    }
}
