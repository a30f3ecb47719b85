// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.algorithm;

import java.lang.foreign.MemorySegment;
import org.bitreduce.ElementType;
import org.bitreduce.codec.Doubles;

/**
 * Where a quantizing call writes. The codec works on floats; where the caller wants doubles, the floats of a chunk lie at
 * the beginning of the chunk's place until they are complete, and are widened there.
 *
 * @param memory the caller's output, or room for a part whose result another rank gets
 * @param type of its elements, FLOAT or DOUBLE
 * @param stripe room for {@link Doubles#STRIPE} floats
 * @param base index in the vector of the memory's first element
 */
record Results(MemorySegment memory, ElementType type, MemorySegment stripe, long base) {

    /** {@return where the floats of a chunk lie whose first element is {@code first}} */
    long at(long first) {
        return (first - base) * type.bytes();
    }

    /** Makes a chunk's floats what the caller wants. */
    void complete(long first, long count) {
        if (type == ElementType.DOUBLE) {
            Doubles.widen(memory, at(first), count, stripe);
        }
    }
}
