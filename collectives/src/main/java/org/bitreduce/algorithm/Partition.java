// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.algorithm;

import org.bitreduce.Codec;

/**
 * Who owns which elements: a vector of {@code count} elements cut into one part per rank at multiples of a granule, the
 * parts' granules differing by at most one; and each part cut into chunks, the units of messages. A function of its
 * arguments only.
 *
 * @param count elements of the vector
 * @param ranks number of parts, at least 1
 * @param granule elements that stay together, at least 1
 * @param chunk elements per chunk, a multiple of the granule
 */
record Partition(long count, int ranks, long granule, long chunk) implements Layout {

    /** Elements per chunk, unless a bucket is larger: 1 MiB of floats. */
    static final long CHUNK = 1 << 18;

    /**
     * {@return the partition for buckets of a size}
     *
     * @param count elements of the vector
     * @param ranks number of parts
     * @param log2Bucket as in a codec
     */
    static Partition of(long count, int ranks, int log2Bucket) {
        long granule = granule(log2Bucket);
        return new Partition(count, ranks, granule, Math.max(granule, CHUNK));
    }

    /**
     * {@return the elements that stay together: whole blocks and whole buckets}
     *
     * @param log2Bucket as in a codec
     */
    static long granule(int log2Bucket) {
        return log2Bucket == Codec.WHOLE_VECTOR ? 512 : Math.max(512, 1L << log2Bucket);
    }

    @Override
    public long start(int part) {
        long granules = Math.ceilDiv(count, granule);
        long whole = granules / ranks;
        long rest = granules % ranks;
        return Math.min(count, (part * whole + Math.min(part, rest)) * granule);
    }

    @Override
    public long length(int part) {
        return start(part + 1) - start(part);
    }
}
