// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.algorithm;

import org.bitreduce.Codec;

/**
 * Who owns which elements: a vector of {@code count} elements cut into one part per rank at multiples of a granule, the
 * parts' granules differing by at most one; and each part cut into chunks, the units of messages. A function of its
 * arguments only. Immutable.
 */
final class Partition implements Layout {

    /** Elements per chunk, unless a bucket is larger: 1 MiB of floats. */
    static final long CHUNK = 1 << 18;

    private final long count;
    private final int ranks;
    private final long granule;
    private final long chunk;
    /** Of every part: granules. Schedules ask for borders all the time, so nothing is divided then. */
    private final long whole;
    /** The number of parts that have one granule more, the first ones. */
    private final long rest;

    /**
     * Cuts.
     *
     * @param count elements of the vector
     * @param ranks number of parts, at least 1
     * @param granule elements that stay together, at least 1
     * @param chunk elements per chunk, a multiple of the granule
     */
    Partition(long count, int ranks, long granule, long chunk) {
        this.count = count;
        this.ranks = ranks;
        this.granule = granule;
        this.chunk = chunk;
        long granules = Math.ceilDiv(count, granule);
        this.whole = granules / ranks;
        this.rest = granules % ranks;
    }

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

    /** {@return the number of parts} */
    int ranks() {
        return ranks;
    }

    @Override
    public long start(int part) {
        return Math.min(count, (part * whole + Math.min(part, rest)) * granule);
    }

    @Override
    public long length(int part) {
        return start(part + 1) - start(part);
    }

    @Override
    public long chunk() {
        return chunk;
    }
}
