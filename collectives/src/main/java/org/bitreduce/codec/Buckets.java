// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.codec;

import java.lang.foreign.MemorySegment;

/** Which bucket an element is in, and its scale. Elements count from the first one of a kernel's call. Stateless. */
final class Buckets {

    private Buckets() {}

    /** {@return whether a block has more than one bucket} */
    static boolean isSmall(int log2Bucket) {
        return bucket(PackedLayout.BLOCK, log2Bucket) > 1;
    }

    /** {@return whether an element is the first of its bucket} */
    static boolean isFirst(long element, int log2Bucket) {
        return element == bucket(element, log2Bucket) << log2Bucket;
    }

    /** {@return the bucket of an element} */
    static long bucket(long element, int log2Bucket) {
        return element >>> log2Bucket;
    }

    /** {@return the scale of an element} */
    static float norm(MemorySegment norms, long normsOffset, int log2Bucket, long element) {
        return norms.get(LittleEndian.FLOAT, normsOffset + bucket(element, log2Bucket) * Float.BYTES);
    }
}
