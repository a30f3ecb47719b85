// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.codec;

import static org.bitreduce.codec.Lanes.FLOATS;
import static org.bitreduce.codec.Lanes.GROUPS;
import static org.bitreduce.codec.Lanes.INTS;
import static org.bitreduce.codec.Lanes.LENGTH;
import static org.bitreduce.codec.Lanes.LITTLE;
import static org.bitreduce.codec.Lanes.memory;
import static org.bitreduce.codec.PackedLayout.BLOCK;
import static org.bitreduce.codec.PackedLayout.LANES;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;
import org.bitreduce.Norm;

/**
 * {@link Kernels#norms} by vectors, and by {@link ScalarNorms} what is not finite. Blocks on the heap, and those that end in the
 * middle of a row, go by way of {@link Staging}, where zeros complete the row. Stateless.
 */
final class VectorNorms {

    private static final long ON_HEAP = -1;
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
        boolean small = 1L << log2Bucket > 0 && 1L << log2Bucket < BLOCK;
        // Once, not per bucket: a bucket takes 40 ns, and a check of its range as much again.
        long start = Lanes.canRead(x) ? Lanes.at(x, xOffset, count * Float.BYTES) : ON_HEAP;
        for (long from = 0; small && from < count; from += BLOCK) {
            long elements = Math.min(BLOCK, count - from);
            bucketNorm(x, xOffset, start, from, elements, Norm.MAX, totals);
        }
        long buckets = PackedLayout.buckets(count, log2Bucket);
        for (long bucket = 0; bucket < buckets; bucket++) {
            long from = bucket << log2Bucket;
            long elements = PackedLayout.bucketElements(count, log2Bucket, bucket);
            // Totals go by blocks: those of small buckets were found above.
            float value = bucketNorm(x, xOffset, start, from, elements, norm, small ? null : totals);
            norms.set(LittleEndian.FLOAT, normsOffset + bucket * Float.BYTES, value);
        }
        Lanes.keepAlive(x, x);
    }

    private static float bucketNorm(
            MemorySegment x, long xOffset, long start, long first, long elements, Norm norm, VectorStatistics totals) {
        float max = 0;
        double sum = 0;
        for (long from = first; from < first + elements; from += BLOCK) {
            int n = (int) Math.min(BLOCK, first + elements - from);
            MemorySegment block = x;
            long at = start + from * Float.BYTES;
            if (start == ON_HEAP || n % LANES != 0) {
                Staging staging = Staging.ofThread();
                staging.takeFloats(x, xOffset + from * Float.BYTES, n);
                block = staging.floats();
                at = Lanes.at(block, 0, block.byteSize());
            }
            int rows = Math.ceilDiv(n, LANES);
            long both = maxAndSquares(block, at, rows);
            float blockMax = Float.intBitsToFloat((int) (both >>> 32));
            float squares = Float.intBitsToFloat((int) both);
            boolean finite = blockMax <= Float.MAX_VALUE;
            if (!finite) {
                blockMax = ScalarNorms.maxMagnitude(x, xOffset + from * Float.BYTES, n);
                squares = ScalarNorms.treeSum(x, xOffset + from * Float.BYTES, n, true);
            }
            if (totals != null) {
                totals.sumOfSquares += squares;
                if (finite) {
                    totals.maxMagnitude = Math.max(totals.maxMagnitude, blockMax);
                } else {
                    ScalarNorms.addBlock(x, xOffset + from * Float.BYTES, n, from, totals);
                }
            }
            max = Math.max(max, blockMax);
            if (norm == Norm.MEAN_MAGNITUDE) {
                sum += finite
                        ? magnitudes(block, at, rows)
                        : ScalarNorms.treeSum(x, xOffset + from * Float.BYTES, n, false);
            } else {
                sum += squares;
            }
        }
        return ScalarNorms.finish(norm, max, sum, elements);
    }

    /** {@return the bits of the greatest magnitude, and below them those of the sum of squares} */
    private static long maxAndSquares(MemorySegment x, long xOffset, int rows) {
        MemorySegment input = memory(x);
        FloatVector sum0 = FloatVector.zero(FLOATS);
        FloatVector sum1 = FloatVector.zero(FLOATS);
        FloatVector sum2 = FloatVector.zero(FLOATS);
        FloatVector sum3 = FloatVector.zero(FLOATS);
        IntVector max = IntVector.zero(INTS);
        for (int row = 0; row < rows; row++) {
            long at = xOffset + row * 64L;
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
        int maxBits = max.reduceLanes(VectorOperators.MAX);
        int sumBits = Float.floatToRawIntBits(tree(sum0, sum1, sum2, sum3));
        return ((long) maxBits << 32) | (sumBits & 0xffffffffL);
    }

    /** {@return the sum of magnitudes} */
    private static float magnitudes(MemorySegment x, long xOffset, int rows) {
        MemorySegment input = memory(x);
        FloatVector sum0 = FloatVector.zero(FLOATS);
        FloatVector sum1 = FloatVector.zero(FLOATS);
        FloatVector sum2 = FloatVector.zero(FLOATS);
        FloatVector sum3 = FloatVector.zero(FLOATS);
        for (int row = 0; row < rows; row++) {
            long at = xOffset + row * 64L;
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
        return tree(sum0, sum1, sum2, sum3);
    }

    /** Adds lane i + 8 to lane i, then i + 4, i + 2, i + 1, of the 16 lanes of the vectors in use. */
    private static float tree(FloatVector sum0, FloatVector sum1, FloatVector sum2, FloatVector sum3) {
        FloatVector sum = sum0;
        if (GROUPS == 4) {
            sum = sum0.add(sum2).add(sum1.add(sum3));
        } else if (GROUPS == 2) {
            sum = sum0.add(sum1);
        }
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
