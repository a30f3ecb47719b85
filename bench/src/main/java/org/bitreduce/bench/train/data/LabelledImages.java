// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.train.data;

import java.lang.foreign.MemorySegment;

/**
 * Images of one size, a byte per pixel and colour, one behind the other outside the heap. Not modified after construction,
 * so threads may share it.
 *
 * @param pixels size() x features bytes
 * @param features bytes per image
 * @param labels class of each image, from 0; not copied
 */
@SuppressWarnings("ArrayRecordComponent")
public record LabelledImages(MemorySegment pixels, int features, int[] labels) {

    /** Checks that they fit together. */
    public LabelledImages {
        if (features < 1 || pixels.byteSize() != (long) labels.length * features) {
            throw new IllegalArgumentException("pixels and labels do not fit together: bytes=%d, features=%d, labels=%d"
                    .formatted(pixels.byteSize(), features, labels.length));
        }
    }

    /** {@return the number of images} */
    public int size() {
        return labels.length;
    }
}
