// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.codec;

import static jdk.incubator.vector.VectorOperators.MAX;
import static org.bitreduce.codec.Buckets.bucket;
import static org.bitreduce.codec.Buckets.isFirst;
import static org.bitreduce.codec.Buckets.isSmall;
import static org.bitreduce.codec.Lanes.FLOATS;
import static org.bitreduce.codec.Lanes.GROUPS;
import static org.bitreduce.codec.Lanes.INTS;
import static org.bitreduce.codec.Lanes.LENGTH;
import static org.bitreduce.codec.Lanes.LITTLE;
import static org.bitreduce.codec.Lanes.memory;
import static org.bitreduce.codec.PackedLayout.BLOCK;
import static org.bitreduce.codec.PackedLayout.LANES;
import static org.bitreduce.codec.PackedLayout.ROWS;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorShuffle;
import org.bitreduce.Norm;

/**
 * {@link Kernels#norms} by vectors, and by {@link ScalarNorms} what is not finite. Blocks on the heap, and those that end in the
 * middle of a row, go by way of {@link Staging}, where zeros complete the row. Stateless.
 *
 * <p>The order of additions is fixed within a block, and with vectors of 16 lanes it is one chain, each link of which waits for
 * the one before. So that the processor can begin with the next block meanwhile, several are read before the lanes of any are
 * added up.
 */
final class VectorNorms {

    /** Blocks that are read before their lanes are added up. */
    static final int TOGETHER = 4;

    private static final long ON_HEAP = -1;
    private static final int BLOCK_BYTES = BLOCK * Float.BYTES;
    private static final int ROW_BYTES = LANES * Float.BYTES;
    private static final int VECTOR_BYTES = LENGTH * Float.BYTES;
    private static final VectorShuffle<Float> BY_8 = VectorShuffle.iota(FLOATS, 8, 1, true);
    private static final VectorShuffle<Float> BY_4 = VectorShuffle.iota(FLOATS, 4, 1, true);
    private static final VectorShuffle<Float> BY_2 = VectorShuffle.iota(FLOATS, 2, 1, true);
    private static final VectorShuffle<Float> BY_1 = VectorShuffle.iota(FLOATS, 1, 1, true);

    private VectorNorms() {}

    static void norms(
            MemorySegment x,
            long xOffset,
            long count,
            Norm norm,
            int log2Bucket,
            MemorySegment norms,
            long normsOffset,
            VectorStatistics totals) {
        // Once, not per block: a block takes 20 ns, and a check of its range as much again.
        long start = Lanes.canRead(x) ? Lanes.at(x, xOffset, count * Float.BYTES) : ON_HEAP;
        Staging staging = Staging.ofThread();
        boolean small = isSmall(log2Bucket);
        float max = 0;
        double sum = 0;
        for (long from = 0; from < count; from += BLOCK) {
            int n = (int) Math.min(BLOCK, count - from);
            long found = find(x, xOffset, start, from, n, count, staging);
            addToTotals(found, x, xOffset, from, n, totals);
            if (small) {
                continue;
            }
            max = Math.max(max, maxOf(found));
            sum += norm == Norm.MEAN_MAGNITUDE ? magnitudes(x, xOffset, start, from, n) : sumOf(found);
            if (from + n == count || isFirst(from + n, log2Bucket)) {
                long bucket = bucket(from, log2Bucket);
                long elements = PackedLayout.bucketElements(count, log2Bucket, bucket);
                float value = ScalarNorms.finish(norm, max, sum, elements);
                norms.set(LittleEndian.FLOAT, normsOffset + bucket * Float.BYTES, value);
                max = 0;
                sum = 0;
            }
        }
        if (small) {
            smallBuckets(x, xOffset, start, count, norm, log2Bucket, norms, normsOffset);
        }
        Lanes.keepAlive(x, x);
    }

    /** Writes the norms of buckets that are parts of a block. */
    private static void smallBuckets(
            MemorySegment x,
            long xOffset,
            long start,
            long count,
            Norm norm,
            int log2Bucket,
            MemorySegment norms,
            long normsOffset) {
        Staging staging = Staging.ofThread();
        long buckets = PackedLayout.buckets(count, log2Bucket);
        for (long bucket = 0; bucket < buckets; bucket++) {
            long from = bucket << log2Bucket;
            int n = (int) PackedLayout.bucketElements(count, log2Bucket, bucket);
            long found = find(x, xOffset, start, from, n, from + n, staging);
            float sum = norm == Norm.MEAN_MAGNITUDE ? magnitudes(x, xOffset, start, from, n) : sumOf(found);
            float value = ScalarNorms.finish(norm, maxOf(found), sum, n);
            norms.set(LittleEndian.FLOAT, normsOffset + bucket * Float.BYTES, value);
        }
    }

    private static void addToTotals(
            long found, MemorySegment x, long xOffset, long from, int n, VectorStatistics totals) {
        totals.sumOfSquares += sumOf(found);
        if (isFinite(found)) {
            totals.maxMagnitude = Math.max(totals.maxMagnitude, maxOf(found));
        } else {
            ScalarNorms.addBlock(x, xOffset + from * Float.BYTES, n, from, totals);
        }
    }

    /**
     * {@return {@link #acrossLanes} of the {@code n} finite elements from {@code from} on, a block or less} Whole blocks are read {@link
     * #TOGETHER} at a time, when the first of them is asked for.
     */
    private static long find(MemorySegment x, long xOffset, long start, long from, int n, long count, Staging staging) {
        int index = (int) (from / BLOCK % TOGETHER);
        long group = from - (long) index * BLOCK;
        if (start == ON_HEAP || count - group < (long) TOGETHER * BLOCK) {
            index = 0;
            findOne(x, xOffset, start, from, n, staging);
        } else if (index == 0) {
            maxAndSquares(x, start + from * Float.BYTES, TOGETHER, ROWS, staging);
        }
        long found = acrossLanes(staging.lanes(), staging.lanesAt() + index * 2L * VECTOR_BYTES);
        if (isFinite(found)) {
            return found;
        }
        float squares = ScalarNorms.treeSum(x, xOffset + from * Float.BYTES, n, true);
        return found & ~0xffffffffL | Float.floatToRawIntBits(squares) & 0xffffffffL;
    }

    private static void findOne(MemorySegment x, long xOffset, long start, long from, int n, Staging staging) {
        if (start != ON_HEAP && n % LANES == 0) {
            maxAndSquares(x, start + from * Float.BYTES, 1, n / LANES, staging);
        } else {
            staging.takeFloats(x, xOffset + from * Float.BYTES, n);
            long at = Lanes.at(staging.floats(), 0, BLOCK_BYTES);
            maxAndSquares(staging.floats(), at, 1, Math.ceilDiv(n, LANES), staging);
        }
    }

    /** {@return the sum of the magnitudes of up to a block} */
    private static float magnitudes(MemorySegment x, long xOffset, long start, long first, int n) {
        float sum;
        if (start != ON_HEAP && n % LANES == 0) {
            sum = magnitudes(x, start + first * Float.BYTES, n / LANES);
        } else {
            Staging block = Staging.ofThread();
            block.takeFloats(x, xOffset + first * Float.BYTES, n);
            sum = magnitudes(block.floats(), Lanes.at(block.floats(), 0, BLOCK_BYTES), Math.ceilDiv(n, LANES));
        }
        return Float.isFinite(sum) ? sum : ScalarNorms.treeSum(x, xOffset + first * Float.BYTES, n, false);
    }

    private static boolean isFinite(long found) {
        return maxOf(found) <= Float.MAX_VALUE;
    }

    private static float maxOf(long found) {
        return Float.intBitsToFloat((int) (found >>> Integer.SIZE));
    }

    private static float sumOf(long found) {
        return Float.intBitsToFloat((int) found);
    }

    /**
     * Finds a vector of sums of squares and one of greatest magnitudes for each of some blocks that follow each other.
     *
     * @param rows of each
     * @param staging receives the vectors
     */
    private static void maxAndSquares(MemorySegment x, long xOffset, int blocks, int rows, Staging staging) {
        MemorySegment input = memory(x);
        MemorySegment output = memory(staging.lanes());
        long lanesAt = staging.lanesAt();
        long block = xOffset;
        for (int i = 0; i < blocks; i++) {
            FloatVector sum0 = FloatVector.zero(FLOATS);
            FloatVector sum1 = FloatVector.zero(FLOATS);
            FloatVector sum2 = FloatVector.zero(FLOATS);
            FloatVector sum3 = FloatVector.zero(FLOATS);
            IntVector max = IntVector.zero(INTS);
            for (int row = 0; row < rows; row++) {
                long at = block + (long) row * ROW_BYTES;
                FloatVector v0 = FloatVector.fromMemorySegment(FLOATS, input, at, LITTLE);
                sum0 = sum0.add(v0.mul(v0));
                // As integers, magnitudes are in the same order, and NaN is the greatest.
                max = max.max(v0.reinterpretAsInts().and(Integer.MAX_VALUE));
                if (GROUPS > 1) {
                    FloatVector v1 = FloatVector.fromMemorySegment(FLOATS, input, at + VECTOR_BYTES, LITTLE);
                    sum1 = sum1.add(v1.mul(v1));
                    max = max.max(v1.reinterpretAsInts().and(Integer.MAX_VALUE));
                }
                if (GROUPS > 2) {
                    FloatVector v2 = FloatVector.fromMemorySegment(FLOATS, input, at + 2L * VECTOR_BYTES, LITTLE);
                    FloatVector v3 = FloatVector.fromMemorySegment(FLOATS, input, at + 3L * VECTOR_BYTES, LITTLE);
                    sum2 = sum2.add(v2.mul(v2));
                    sum3 = sum3.add(v3.mul(v3));
                    max = max.max(v2.reinterpretAsInts().and(Integer.MAX_VALUE));
                    max = max.max(v3.reinterpretAsInts().and(Integer.MAX_VALUE));
                }
            }
            if (GROUPS == 4) {
                sum0 = sum0.add(sum2).add(sum1.add(sum3));
            } else if (GROUPS == 2) {
                sum0 = sum0.add(sum1);
            }
            sum0.intoMemorySegment(output, lanesAt, LITTLE);
            max.intoMemorySegment(output, lanesAt + VECTOR_BYTES, LITTLE);
            block += BLOCK_BYTES;
            lanesAt += 2L * VECTOR_BYTES;
        }
    }

    /** {@return the bits of the greatest magnitude, and below them those of the sum, from the vectors of a block} */
    private static long acrossLanes(MemorySegment lanes, long at) {
        MemorySegment input = memory(lanes);
        int max = IntVector.fromMemorySegment(INTS, input, at + VECTOR_BYTES, LITTLE)
                .reduceLanes(MAX);
        float sum = tree(FloatVector.fromMemorySegment(FLOATS, input, at, LITTLE));
        return (long) max << Integer.SIZE | Float.floatToRawIntBits(sum) & 0xffffffffL;
    }

    /** {@return the sum of magnitudes} */
    private static float magnitudes(MemorySegment x, long xOffset, int rows) {
        MemorySegment input = memory(x);
        FloatVector sum0 = FloatVector.zero(FLOATS);
        FloatVector sum1 = FloatVector.zero(FLOATS);
        FloatVector sum2 = FloatVector.zero(FLOATS);
        FloatVector sum3 = FloatVector.zero(FLOATS);
        for (int row = 0; row < rows; row++) {
            long at = xOffset + (long) row * ROW_BYTES;
            sum0 = sum0.add(
                    FloatVector.fromMemorySegment(FLOATS, input, at, LITTLE).abs());
            if (GROUPS > 1) {
                sum1 = sum1.add(FloatVector.fromMemorySegment(FLOATS, input, at + VECTOR_BYTES, LITTLE)
                        .abs());
            }
            if (GROUPS > 2) {
                sum2 = sum2.add(FloatVector.fromMemorySegment(FLOATS, input, at + 2L * VECTOR_BYTES, LITTLE)
                        .abs());
                sum3 = sum3.add(FloatVector.fromMemorySegment(FLOATS, input, at + 3L * VECTOR_BYTES, LITTLE)
                        .abs());
            }
        }
        if (GROUPS == 4) {
            sum0 = sum0.add(sum2).add(sum1.add(sum3));
        } else if (GROUPS == 2) {
            sum0 = sum0.add(sum1);
        }
        return tree(sum0);
    }

    /** Adds lane i + 8 to lane i, then i + 4, i + 2, i + 1, of the lanes that one vector has of 16. */
    private static float tree(FloatVector lanes) {
        FloatVector sum = lanes;
        if (LENGTH > 8) {
            sum = sum.add(sum.rearrange(BY_8));
        }
        if (LENGTH > 4) {
            sum = sum.add(sum.rearrange(BY_4));
        }
        sum = sum.add(sum.rearrange(BY_2));
        sum = sum.add(sum.rearrange(BY_1));
        return sum.lane(0);
    }
}
