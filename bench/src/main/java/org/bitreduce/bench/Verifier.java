// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;

import java.lang.foreign.MemorySegment;
import java.util.zip.CRC32C;

/**
 * Compares results with the oracle, bucket by bucket. Where all ranks hold the same result, each checks every n-th bucket
 * and all compare checksums, so that together they have checked everything on every rank.
 *
 * @param bucket elements per bucket
 * @param share which bucket of each {@code shares} this rank checks, from 0
 * @param shares number of ranks that share the work; 1 to check all
 */
record Verifier(int bucket, int share, int shares) {

    /**
     * Checks a vector.
     *
     * @param result floats
     * @param first global index of its first element, a multiple of the bucket
     * @param expectation the oracle
     * @param tally gets what is found
     */
    void check(MemorySegment result, long first, Expectation expectation, ErrorTally tally) {
        long count = result.byteSize() / Float.BYTES;
        for (long at = (long) share * bucket; at < count; at += (long) shares * bucket) {
            int elements = (int) Math.min(bucket, count - at);
            double[] exact = new double[elements];
            double[] bound = new double[elements];
            expectation.bucket(first + at, exact, bound);
            for (int i = 0; i < elements; i++) {
                tally.add(result.getAtIndex(JAVA_FLOAT_UNALIGNED, at + i), exact[i], bound[i]);
            }
        }
    }

    /**
     * {@return the CRC32C of a vector}
     *
     * @param result any length
     */
    static long checksum(MemorySegment result) {
        CRC32C crc = new CRC32C();
        long chunk = 1 << 30;
        for (long at = 0; at < result.byteSize(); at += chunk) {
            crc.update(
                    result.asSlice(at, Math.min(chunk, result.byteSize() - at)).asByteBuffer());
        }
        return crc.getValue();
    }
}
