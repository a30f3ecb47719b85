// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.codec;

import static org.bitreduce.codec.LittleEndian.FLOAT;
import static org.bitreduce.codec.PackedLayout.BLOCK;
import static org.bitreduce.codec.PackedLayout.LANES;

import java.lang.foreign.MemorySegment;
import org.bitreduce.Norm;

/** {@link Kernels#norms} as it is specified: one pass for the totals, one for the buckets. Stateless. */
final class ScalarNorms {

    private ScalarNorms() {}

    static void norms(
            MemorySegment x,
            long xOffset,
            long count,
            Norm norm,
            int log2Bucket,
            MemorySegment norms,
            long normsOffset,
            VectorStatistics totals) {
        for (long from = 0; from < count; from += BLOCK) {
            int n = (int) Math.min(BLOCK, count - from);
            addBlock(x, xOffset + from * Float.BYTES, n, from, totals);
            totals.sumOfSquares += treeSum(x, xOffset + from * Float.BYTES, n, true);
        }
        long buckets = PackedLayout.buckets(count, log2Bucket);
        for (long bucket = 0; bucket < buckets; bucket++) {
            long from = bucket << log2Bucket;
            long elements = PackedLayout.bucketElements(count, log2Bucket, bucket);
            float value = bucketNorm(x, xOffset + from * Float.BYTES, elements, norm);
            norms.set(FLOAT, normsOffset + bucket * Float.BYTES, value);
        }
    }

    private static float bucketNorm(MemorySegment x, long xOffset, long elements, Norm norm) {
        float max = 0;
        double sum = 0;
        for (long from = 0; from < elements; from += BLOCK) {
            int n = (int) Math.min(BLOCK, elements - from);
            max = Math.max(max, maxMagnitude(x, xOffset + from * Float.BYTES, n));
            sum += treeSum(x, xOffset + from * Float.BYTES, n, norm == Norm.EUCLIDEAN);
        }
        return finish(norm, max, sum, elements);
    }

    /**
     * {@return a bucket's norm from its greatest magnitude, infinite or NaN if an element is, and its sum} The sum of
     * finite elements may overflow; an infinite scale would decode to NaN.
     */
    static float finish(Norm norm, float max, double sum, long elements) {
        if (!Float.isFinite(max)) {
            return Float.NaN;
        }
        return switch (norm) {
            case MAX -> max;
            case EUCLIDEAN -> Math.min((float) Math.sqrt(sum), Float.MAX_VALUE);
            case MEAN_MAGNITUDE -> Math.min((float) (sum / elements), Float.MAX_VALUE);
            case UNIT -> 1;
        };
    }

    /** Adds the greatest magnitude and the non-finite elements of up to a block, {@code index} being its first. */
    static void addBlock(MemorySegment x, long xOffset, int n, long index, VectorStatistics totals) {
        for (int i = 0; i < n; i++) {
            float magnitude = Math.abs(x.get(FLOAT, xOffset + i * 4L));
            if (magnitude <= Float.MAX_VALUE) {
                totals.maxMagnitude = Math.max(totals.maxMagnitude, magnitude);
            } else {
                if (totals.firstNonFinite < 0) {
                    totals.firstNonFinite = index + i;
                }
                totals.nonFiniteCount++;
            }
        }
    }

    /** {@return the greatest magnitude of up to a block, infinite or NaN if an element is} */
    static float maxMagnitude(MemorySegment x, long xOffset, int n) {
        float max = 0;
        for (int i = 0; i < n; i++) {
            max = Math.max(max, Math.abs(x.get(FLOAT, xOffset + i * 4L)));
        }
        return max;
    }

    /** {@return the sum of squares or magnitudes of up to a block, non-finite elements being zero} */
    static float treeSum(MemorySegment x, long xOffset, int n, boolean squares) {
        return treeSum(x, xOffset, n, squares, 0, 1);
    }

    /** Sums the lanes {@code lane}, {@code lane + step}, {@code lane + 2 step}, …: the halves of them first. */
    private static float treeSum(MemorySegment x, long xOffset, int n, boolean squares, int lane, int step) {
        return step == LANES
                ? laneSum(x, xOffset, n, squares, lane)
                : treeSum(x, xOffset, n, squares, lane, 2 * step)
                        + treeSum(x, xOffset, n, squares, lane + step, 2 * step);
    }

    private static float laneSum(MemorySegment x, long xOffset, int n, boolean squares, int lane) {
        float sum = 0;
        for (int i = lane; i < n; i += LANES) {
            float magnitude = Math.abs(x.get(FLOAT, xOffset + i * 4L));
            if (magnitude <= Float.MAX_VALUE) {
                sum += squares ? magnitude * magnitude : magnitude;
            }
        }
        return sum;
    }
}
