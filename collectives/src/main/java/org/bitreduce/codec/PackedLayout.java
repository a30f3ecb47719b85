// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.codec;

/**
 * Where packed codes lie. A block of 512 codes is 32 rows of 16 lanes; lane {@code l} of row {@code r} is element {@code
 * 16 r + l}. Each lane packs its codes of {@code w} bits, row 0 in the lowest bits, into {@code w} little-endian 32-bit
 * words; codes straddle words. Word {@code k} of lane {@code l} lies at byte {@code 64 k + 4 l} of the block, so a block
 * takes {@code 64 w} bytes. The last block of a vector has as many rows as it needs and takes {@code 64 ceil(rows w /
 * 32)} bytes. The layout depends on the width and never on the CPU.
 */
public final class PackedLayout {

    /** Elements per block. */
    public static final int BLOCK = 512;

    /** Lanes per row. */
    public static final int LANES = 16;

    /** Rows per block. */
    public static final int ROWS = BLOCK / LANES;

    /** The widest code: a sum of 16-bit codes over 64 ranks. */
    public static final int MAX_WIDTH = 22;

    private PackedLayout() {}

    /**
     * {@return the bytes that {@code count} codes take, a multiple of 64}
     *
     * @param count number of codes, not negative
     * @param width bits per code, 1 to {@link #MAX_WIDTH}
     */
    public static long packedBytes(long count, int width) {
        long fullBlocks = count / BLOCK;
        int rows = Math.ceilDiv((int) (count % BLOCK), LANES);
        return fullBlocks * 64 * width + 64L * Math.ceilDiv(rows * width, Integer.SIZE);
    }

    /**
     * {@return the number of scales of {@code count} elements}
     *
     * @param count number of elements, not negative
     * @param log2Bucket as in {@link org.bitreduce.Codec#log2Bucket()}
     */
    public static long buckets(long count, int log2Bucket) {
        // Not by division: 1L << 63, the whole vector's bucket, is negative.
        return count == 0 ? 0 : ((count - 1) >>> log2Bucket) + 1;
    }

    /**
     * {@return the number of elements of one bucket, the last one being what remains}
     *
     * @param count number of elements, at least 1
     * @param log2Bucket as in {@link org.bitreduce.Codec#log2Bucket()}
     * @param bucket from 0 to {@code buckets(count, log2Bucket) - 1}
     */
    public static long bucketElements(long count, int log2Bucket, long bucket) {
        long last = (count - 1) >>> log2Bucket;
        return bucket < last ? 1L << log2Bucket : count - (bucket << log2Bucket);
    }
}
