// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.codec;

import java.lang.foreign.MemorySegment;
import org.bitreduce.ElementType;
import org.bitreduce.Norm;
import org.bitreduce.Reduction;

/**
 * The inner loops of the codec. {@code ScalarKernels} is the specification; {@code VectorKernels} gives the same bits,
 * faster. Both are stateless and thread-safe. Arguments are not checked: the caller has. All {@code …Offset} and {@code
 * at} arguments are byte offsets into the segment before them, aligned to 4 bytes; {@code count} is in elements, at
 * least 0. Segments may be native, mapped or on the heap, and stay alive until a kernel returns: an arena that another
 * thread closes meanwhile may crash the JVM.
 *
 * <p>Common terms. A <em>block</em> is 512 consecutive elements, 32 rows of 16 lanes. A <em>bucket</em> is {@code
 * 2^log2Bucket} consecutive elements that share a scale, the last one being what remains; with {@link
 * org.bitreduce.Codec#WHOLE_VECTOR} it is all {@code count} elements. Offsets {@code x} always point at the first
 * element of a block and of a bucket. {@code s} is the number of levels per sign.
 */
public sealed interface Kernels permits ScalarKernels, VectorKernels {

    /** Elements of a stripe of {@link #encode}: in the second cache, and long enough for the processor to fetch ahead. */
    int STRIPE = 1 << 14;

    /** What {@link #unpack} does with a decoded value {@code v}. */
    enum Store {
        /** {@code y = 0 + v}: never a negative zero. */
        SET,
        /** {@code y = y + v}. */
        ADD,
        /** {@code y = y - v}. */
        SUBTRACT
    }

    /**
     * Writes the norm of every bucket as a float, and adds what it saw to {@code totals} (which the caller cleared, and
     * whose sum of squares is the sum over blocks, in index order, of each block's sum as a double).
     *
     * <p>A block's sum of squares is formed in 16 float lanes, rows in order, then by the tree that adds lane {@code i +
     * 8} to lane {@code i}, then {@code i + 4}, {@code i + 2}, {@code i + 1}; lanes without an element hold zero. For
     * {@link Norm#EUCLIDEAN} a bucket of at least a block is {@code (float) sqrt} of its blocks' sums added in index
     * order as doubles; a smaller bucket's rows go through the same lanes and tree by themselves. {@link
     * Norm#MEAN_MAGNITUDE} does the same with magnitudes instead of squares and divides by the bucket's elements. Where
     * a sum of finite elements overflows (squares from magnitudes of 1.8e19 on), the norm is {@link Float#MAX_VALUE}, so
     * finite elements never get an infinite one; the sum of squares in {@code totals} is infinite then. {@link
     * Norm#UNIT} writes 1. A bucket with a non-finite element gets NaN; in {@code totals} such elements are counted and
     * count as zero.
     *
     * @param x floats, not modified
     * @param xOffset where the first element lies
     * @param count number of elements
     * @param norm which norm
     * @param log2Bucket the size of a bucket, as its exponent
     * @param norms receives {@code ceil(count / bucket)} floats
     * @param normsOffset where the first bucket's scale lies
     * @param totals is added to
     */
    void norms(
            MemorySegment x,
            long xOffset,
            long count,
            Norm norm,
            int log2Bucket,
            MemorySegment norms,
            long normsOffset,
            VectorStatistics totals);

    /**
     * Rounds and packs: code {@code i} is {@code s + sign(x[i]) * ((fixed(i) + draw(i)) >>> 16)}, an unsigned number of
     * {@code bits} bits, where {@code fixed(i) = min((int) (|x[i]| * inv + 0.5f), s * 65536)}, {@code inv = (float) (s *
     * 65536.0 / norm)} of the bucket, and {@code draw(i)} is {@link Draws#draw} of the global index {@code firstElement
     * + i}, or 32768 for {@code draws == null} (nearest rounding). Where {@code inv} is not finite (the norm is zero,
     * too small to invert, or NaN) every {@code fixed} is 0 and so is every {@code draw}'s effect: the code is {@code
     * s}. A NaN element's magnitude counts as 0, an infinite one's as the norm.
     *
     * <p>1-bit codes ({@code bits == 1}) are 1 for {@code x[i] >= 0} (so for both zeros) and 0 otherwise; norms and
     * draws are not looked at.
     *
     * @param x floats, not modified
     * @param xOffset where the first element lies
     * @param count number of elements
     * @param norms one float per bucket
     * @param normsOffset where the first bucket's scale lies
     * @param log2Bucket the size of a bucket, as its exponent
     * @param bits bits per code, 1 to 16
     * @param firstElement global index of {@code x[0]}, a multiple of 512
     * @param draws random numbers, or null for nearest rounding
     * @param packed receives {@link PackedLayout#packedBytes}{@code (count, bits)} bytes; padding codes in the last rows
     *     are 0
     * @param packedOffset where the first block lies
     */
    void quantize(
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
            long packedOffset);

    /**
     * {@link #norms}, then {@link #quantize} against them, to the bit; but stripe by stripe, so that elements are read
     * from memory once. Where a bucket is longer than a stripe of 64 KiB it is a stripe.
     *
     * @param x floats, not modified
     * @param xOffset where the first element lies
     * @param count number of elements
     * @param norm which norm
     * @param log2Bucket the size of a bucket, as its exponent
     * @param norms receives {@code ceil(count / bucket)} floats
     * @param normsOffset where the first bucket's scale lies
     * @param totals is added to
     * @param bits bits per code, 1 to 16
     * @param firstElement global index of {@code x[0]}, a multiple of 512
     * @param draws random numbers, or null for nearest rounding
     * @param packed receives what {@link #quantize} says
     * @param packedOffset where the first block lies
     */
    default void encode(
            MemorySegment x,
            long xOffset,
            long count,
            Norm norm,
            int log2Bucket,
            MemorySegment norms,
            long normsOffset,
            VectorStatistics totals,
            int bits,
            long firstElement,
            Draws draws,
            MemorySegment packed,
            long packedOffset) {
        long stripe = log2Bucket < Long.SIZE - 1 ? Math.max(STRIPE, 1L << log2Bucket) : Math.max(1, count);
        for (long from = 0; from < count; from += stripe) {
            long n = Math.min(stripe, count - from);
            long in = xOffset + from * Float.BYTES;
            long scales = normsOffset + (from >>> log2Bucket) * Float.BYTES;
            boolean finite = totals.firstNonFinite < 0;
            norms(x, in, n, norm, log2Bucket, norms, scales, totals);
            if (finite && totals.firstNonFinite >= 0) {
                totals.firstNonFinite += from;
            }
            long out = packedOffset + PackedLayout.packedBytes(from, bits);
            quantize(x, in, n, norms, scales, log2Bucket, bits, firstElement + from, draws, packed, out);
        }
    }

    /**
     * Unpacks and scales: {@code v = (float) (slope * code - bias) * step}, {@code step = (float) (norm / divisor)} with
     * {@code divisor} and {@code norm} as doubles, one step per bucket; then stores as {@code store} says. A NaN norm
     * gives NaN; for a zero norm, or one whose {@code inv} in {@link #quantize} is not finite, the caller passes codes
     * that are {@code s}, so {@code v} is zero.
     *
     * <p>{@code SUBTRACT} gives the bits of {@code y + -v}. Which NaN a NaN is, is not specified.
     *
     * <p>Plain codes: {@code slope} 1, {@code bias} s (times the ranks for sums of codes). 1-bit codes: {@code slope} 2,
     * {@code bias} 1 (times the ranks).
     *
     * @param packed codes of {@code width} bits, 1 to 22
     * @param packedOffset where the first block lies
     * @param count number of elements
     * @param width bits per code
     * @param slope 1 or 2
     * @param bias is subtracted from {@code slope * code}
     * @param norms one float per bucket
     * @param normsOffset where the first bucket's scale lies
     * @param log2Bucket the size of a bucket, as its exponent
     * @param divisor {@code s}, times the number of ranks for a mean; positive
     * @param store what to do with a value
     * @param y floats; what they were does not matter for {@code SET}
     * @param yOffset where the first element lies
     */
    void unpack(
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
            long yOffset);

    /**
     * Unpacks and adds the codes of ranks [{@code from}, {@code to}): to the bit what {@link #unpack} writes when it is
     * called for one after the other, the first with {@code SET} if {@code set}, else with {@code ADD}, the others with
     * {@code ADD}. All ranks' codes lie at the same offset of their segments, and so do their scales.
     *
     * @param packed segments with codes of {@code width} bits, 1 to 16; at least one
     * @param from the first rank
     * @param to the rank after the last
     * @param packedOffset where the first block lies
     * @param count number of elements
     * @param width bits per code
     * @param slope 1 or 2
     * @param bias is subtracted from {@code slope * code}
     * @param norms scales of all ranks, or null if each rank's lie in its segment
     * @param normsOffset where the first bucket's scale lies
     * @param log2Bucket the size of a bucket, as its exponent
     * @param divisor {@code s}, times the number of ranks for a mean; positive
     * @param set whether what was there does not count
     * @param y floats
     * @param yOffset where the first element lies
     */
    default void unpackAll(
            Sources packed,
            int from,
            int to,
            long packedOffset,
            long count,
            int width,
            int slope,
            int bias,
            MemorySegment norms,
            long normsOffset,
            int log2Bucket,
            double divisor,
            boolean set,
            MemorySegment y,
            long yOffset) {
        for (int rank = from; rank < to; rank++) {
            unpack(
                    packed.get(rank),
                    packedOffset,
                    count,
                    width,
                    slope,
                    bias,
                    norms == null ? packed.get(rank) : norms,
                    normsOffset,
                    log2Bucket,
                    divisor,
                    set && rank == from ? Store.SET : Store.ADD,
                    y,
                    yOffset);
        }
    }

    /**
     * {@return the sum of packed codes, a checksum that adds up over ranks} Nothing is written.
     *
     * @param packed codes of {@code width} bits
     * @param packedOffset where the first block lies
     * @param count number of elements
     * @param width bits per code, 1 to 22
     */
    long sumCodes(MemorySegment packed, long packedOffset, long count, int width);

    /**
     * Adds the codes of ranks [{@code from}, {@code to}) as integers: {@code sums[i] = (set ? 0 : sums[i]) +
     * code_from[i] + …}. The sums are packed too, and nothing is ever stored unpacked.
     *
     * @param packed segments with codes of {@code width} bits, 1 to 16, all at the same offset; at least one
     * @param from the first rank
     * @param to the rank after the last
     * @param packedOffset where the first block lies
     * @param count number of elements
     * @param width bits per code, 1 to 16
     * @param set whether the sums begin here
     * @param sums receives sums of {@code sumsWidth} bits, 1 to 22, which must hold them; padding codes are 0
     * @param sumsOffset where the first block of sums lies
     * @param sumsWidth bits per sum
     * @return the sum of all codes added
     */
    long addCodes(
            Sources packed,
            int from,
            int to,
            long packedOffset,
            long count,
            int width,
            boolean set,
            MemorySegment sums,
            long sumsOffset,
            int sumsWidth);

    /**
     * Counts the 1-bit codes of ranks [{@code from}, {@code to}) that are 1: {@code counts[i] = (set ? 0 : counts[i]) +
     * code_from[i] + …}.
     *
     * <p>Counts lie in bit planes: 64 bytes for each block and plane, the lowest plane first, a block after the other;
     * a plane holds one bit of 512 counts as 1-bit codes lie in {@link PackedLayout}.
     *
     * @param packed segments with 1-bit codes, all at the same offset; at least one
     * @param from the first rank
     * @param to the rank after the last
     * @param packedOffset where the first block lies
     * @param count number of elements
     * @param set whether the counts begin here
     * @param counts {@code 64 * planes} bytes for every block that was begun
     * @param countsOffset where the first plane lies
     * @param planes bits of a count, 1 to 31; must hold the greatest one
     */
    void addVotes(
            Sources packed,
            int from,
            int to,
            long packedOffset,
            long count,
            boolean set,
            MemorySegment counts,
            long countsOffset,
            int planes);

    /**
     * Decides what the majority was for. For an odd number of ranks a result is a 1-bit code: 1 if more than half of them
     * were 1. For an even number it is a 2-bit code: 2 if more than half were, 1 for a tie, 0 otherwise.
     *
     * @param counts as {@link #addVotes} left them
     * @param countsOffset where the first plane lies
     * @param count number of elements
     * @param planes bits of a count
     * @param ranks how many have voted
     * @param packed receives codes of {@link #voteWidth} bits; padding codes are 0
     * @param packedOffset where the first block lies
     */
    void decideVotes(
            MemorySegment counts,
            long countsOffset,
            long count,
            int planes,
            int ranks,
            MemorySegment packed,
            long packedOffset);

    /**
     * {@return the bits of a decided vote: 1 where there can be no tie, else 2}
     *
     * @param ranks how many vote
     */
    static int voteWidth(int ranks) {
        return 2 - ranks % 2;
    }

    /**
     * Reduces element by element: {@code y[i] = y[i] op x[i]}; {@link Reduction#MEAN} adds like {@link Reduction#SUM}.
     * Integers wrap around; for {@code MAX} and {@code MIN} of floats NaN wins and -0 is less than 0, as in {@link
     * Math#max(float, float)}.
     *
     * @param type the elements' type
     * @param reduction what to do with two elements
     * @param x not modified
     * @param xOffset where the first element lies
     * @param count number of elements
     * @param y is read and written
     * @param yOffset where the first element lies
     */
    void reduce(
            ElementType type,
            Reduction reduction,
            MemorySegment x,
            long xOffset,
            long count,
            MemorySegment y,
            long yOffset);

    /**
     * Reduces the vectors of ranks [{@code from}, {@code to}) in rank order: {@code y = (x_from op x_(from+1)) op …} if
     * {@code set}, else {@code y = (y op x_from) op …}. All vectors lie at the same offset of their segments; {@code y}
     * may be the memory of one of them, but may not overlap one otherwise.
     *
     * @param type the elements' type
     * @param reduction what to do with two elements
     * @param x segments with the vectors; at least one
     * @param from the first rank
     * @param to the rank after the last
     * @param xOffset where the first element lies
     * @param count number of elements
     * @param set whether what was there does not count
     * @param y receives the result
     * @param yOffset where the first element lies
     */
    void reduceAll(
            ElementType type,
            Reduction reduction,
            Sources x,
            int from,
            int to,
            long xOffset,
            long count,
            boolean set,
            MemorySegment y,
            long yOffset);

    /**
     * Divides floats or doubles by an integer of 1 to 2^24: {@code y[i] = y[i] / divisor}, correctly rounded.
     *
     * @param type the elements' type
     * @param divisor 1 to 2^24
     * @param count number of elements
     * @param y is read and written
     * @param yOffset where the first element lies
     */
    void divide(ElementType type, int divisor, long count, MemorySegment y, long yOffset);

    /** {@return "scalar", or "vector" with the vector's bits} */
    String name();

    /**
     * {@return the fastest kernels that this JVM can run, the same object at every call}
     *
     * <p>Without the module {@code jdk.incubator.vector} these are the scalar ones; the logger {@code org.bitreduce} then
     * says once which flag to add.
     */
    static Kernels best() {
        return KernelSelection.BEST;
    }
}
