// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.algorithm;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import java.lang.foreign.MemorySegment;
import org.bitreduce.Codec;
import org.bitreduce.Norm;
import org.bitreduce.Rounding;
import org.bitreduce.codec.Draws;
import org.bitreduce.codec.Kernels;
import org.bitreduce.codec.PackedLayout;
import org.bitreduce.codec.Sources;
import org.bitreduce.codec.VectorStatistics;

/**
 * A codec at work on chunks: the payload of a chunk is its scales, padded to a multiple of 64 bytes, and its packed
 * codes. Chunks begin at multiples of 512 elements and of the bucket.
 */
final class Quantizer {

    /** Longer than any padding; copied, because a slice to be filled is garbage wherever C2 does not see through it. */
    private static final MemorySegment ZEROS = MemorySegment.ofArray(new byte[64]);

    private final Kernels kernels;
    private final Codec codec;
    private final VectorStatistics ignored = new VectorStatistics();

    Quantizer(Kernels kernels, Codec codec) {
        this.kernels = kernels;
        this.codec = codec;
    }

    Codec codec() {
        return codec;
    }

    Kernels kernels() {
        return kernels;
    }

    long payloadBytes(long count) {
        return scaleBytes(count) + PackedLayout.packedBytes(count, codec.bits());
    }

    /** {@return bytes of a chunk's scales, padding included} Votes have none: their scale is 1. */
    long scaleBytes(long count) {
        return hasScales() ? align(buckets(count) * Float.BYTES) : 0;
    }

    boolean hasScales() {
        return codec.norm() != Norm.UNIT;
    }

    /** Votes share the one scale 1. */
    private int log2Bucket() {
        return hasScales() ? codec.log2Bucket() : Codec.WHOLE_VECTOR;
    }

    long buckets(long count) {
        return PackedLayout.buckets(count, codec.log2Bucket());
    }

    /** Rounds a chunk against scales that are known: those of the vector from the chunk's first bucket on. */
    void encode(
            MemorySegment x,
            long xOffset,
            long first,
            long count,
            MemorySegment norms,
            long normsOffset,
            Draws draws,
            MemorySegment message,
            long payload) {
        putScales(count, norms, normsOffset, message, payload);
        pack(x, xOffset, first, count, norms, normsOffset, draws, message, payload + scaleBytes(count));
    }

    /** Writes the scales of a chunk, from its first bucket's on, in front of its codes. */
    void putScales(long count, MemorySegment norms, long normsOffset, MemorySegment message, long payload) {
        long scales = scaleBytes(count);
        if (scales > 0) {
            long used = buckets(count) * Float.BYTES;
            MemorySegment.copy(norms, normsOffset, message, payload, used);
            MemorySegment.copy(ZEROS, 0, message, payload + used, scales - used);
        }
    }

    /** Rounds a chunk that is its own vector, an owner's sums, against its own norms, which go into the payload. */
    void encodeSums(
            MemorySegment x, long xOffset, long first, long count, Draws draws, MemorySegment message, long payload) {
        long scales = scaleBytes(count);
        if (scales == 0) {
            pack(x, xOffset, first, count, MemorySegment.NULL, 0, draws, message, payload);
            return;
        }
        long used = buckets(count) * Float.BYTES;
        MemorySegment.copy(ZEROS, 0, message, payload + used, scales - used);
        ignored.clear();
        kernels.encode(
                x,
                xOffset,
                count,
                codec.norm(),
                codec.log2Bucket(),
                message,
                payload,
                ignored,
                codec.bits(),
                first,
                draws,
                message,
                payload + scales);
    }

    /** Rounds and packs without scales in the payload. */
    void pack(
            MemorySegment x,
            long xOffset,
            long first,
            long count,
            MemorySegment norms,
            long normsOffset,
            Draws draws,
            MemorySegment message,
            long at) {
        kernels.quantize(x, xOffset, count, norms, normsOffset, log2Bucket(), codec.bits(), first, draws, message, at);
    }

    /** Writes the norms of a chunk that is its own vector: an owner's sums. */
    void norms(MemorySegment x, long xOffset, long count, MemorySegment norms, long normsOffset) {
        if (!hasScales()) {
            return;
        }
        ignored.clear();
        kernels.norms(x, xOffset, count, codec.norm(), codec.log2Bucket(), norms, normsOffset, ignored);
    }

    /** {@code y = (y +/-) value / divisor} for a payload with scales. */
    void decode(
            long count,
            MemorySegment message,
            long payload,
            MemorySegment unitNorm,
            int divisor,
            Kernels.Store store,
            MemorySegment y,
            long yOffset) {
        unpack(
                count,
                message,
                payload + scaleBytes(count),
                codec.bits(),
                1,
                hasScales() ? message : unitNorm,
                hasScales() ? payload : 0,
                divisor,
                store,
                y,
                yOffset);
    }

    /**
     * Decodes the payloads of ranks [{@code from}, {@code to}), each over the divisor, and adds them up in rank order;
     * rank 0's sets {@code y}.
     */
    void decodeAll(
            Sources messages,
            int from,
            int to,
            long count,
            long payload,
            MemorySegment unitNorm,
            int divisor,
            MemorySegment y,
            long yOffset) {
        boolean sign = codec.bits() == 1;
        kernels.unpackAll(
                messages,
                from,
                to,
                payload + scaleBytes(count),
                count,
                codec.bits(),
                sign ? 2 : 1,
                sign ? 1 : codec.levels(),
                hasScales() ? null : unitNorm,
                hasScales() ? payload : 0,
                log2Bucket(),
                (double) codec.levels() * divisor,
                from == 0,
                y,
                yOffset);
    }

    /** Unpacks sums of {@code terms} codes of {@code width} bits. */
    void unpack(
            long count,
            MemorySegment message,
            long at,
            int width,
            int terms,
            MemorySegment norms,
            long normsOffset,
            int divisor,
            Kernels.Store store,
            MemorySegment y,
            long yOffset) {
        boolean sign = codec.bits() == 1;
        kernels.unpack(
                message,
                at,
                count,
                width,
                sign ? 2 : 1,
                (sign ? 1 : codec.levels()) * terms,
                norms,
                normsOffset,
                log2Bucket(),
                (double) codec.levels() * divisor,
                store,
                y,
                yOffset);
    }

    /** Forgets what was dropped in buckets without a finite scale, or it would spoil every later call. */
    void clearNonFinite(MemorySegment norms, long normsOffset, long count, MemorySegment residual, long at) {
        long buckets = hasScales() ? buckets(count) : 0;
        for (long b = 0; b < buckets; b++) {
            if (!Float.isFinite(norms.get(JAVA_FLOAT, normsOffset + b * Float.BYTES))) {
                long first = codec.isWholeVector() ? 0 : b << codec.log2Bucket();
                long elements = codec.isWholeVector() ? count : Math.min(1L << codec.log2Bucket(), count - first);
                residual.asSlice(at + first * Float.BYTES, elements * Float.BYTES)
                        .fill((byte) 0);
            }
        }
    }

    /** {@return the offset of an element's scale among its vector's} */
    long normsOffset(long first) {
        return codec.isWholeVector() || !hasScales() ? 0 : (first >>> codec.log2Bucket()) * Float.BYTES;
    }

    /** {@return the sum over elements of the square of their scale} */
    static double scaleSquares(Codec codec, MemorySegment norms, long normsOffset, long count) {
        double squares = 0;
        long buckets = PackedLayout.buckets(count, codec.log2Bucket());
        for (long b = 0; b < buckets; b++) {
            double norm = norms.get(JAVA_FLOAT, normsOffset + b * Float.BYTES);
            squares += norm * norm * PackedLayout.bucketElements(count, codec.log2Bucket(), b);
        }
        return squares;
    }

    /**
     * {@return the sum of squared errors to be expected of rounding a vector with scales}: {@code f(1-f)}
     * averages 1/6 of a step squared over positions f (DQ-SGD, Proposition 1), and rounding to nearest 1/12
     *
     * @param squares see {@link #scaleSquares}
     * @param sumOfSquares of the vector, which for signs the error is a part of
     */
    double expectedSquaredError(double squares, double sumOfSquares) {
        return switch (codec.norm()) {
            case MEAN_MAGNITUDE -> Math.max(0, sumOfSquares - squares);
            case UNIT -> Double.NaN;
            default ->
                squares
                        / ((double) codec.levels() * codec.levels())
                        / (codec.rounding() == Rounding.STOCHASTIC ? 6 : 12);
        };
    }

    static long align(long bytes) {
        return (bytes + 63) & -64;
    }
}
