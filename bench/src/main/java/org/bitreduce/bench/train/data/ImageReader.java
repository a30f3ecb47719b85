// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.train.data;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/** Puts images together, checking every label. Confined to one thread. */
final class ImageReader {

    private final MemorySegment pixels;
    private final int features;
    private final int classes;
    private final int[] labels;
    private int count;

    /** Begins without images. */
    ImageReader(int images, int features, int classes) {
        pixels = Arena.ofAuto().allocate((long) images * features, 64);
        labels = new int[images];
        this.features = features;
        this.classes = classes;
    }

    /**
     * Adds an image.
     *
     * @param content holds the pixels from {@code start} on
     * @param label its class
     * @param file where the label stands, for the message
     * @param offset where in that file
     */
    void add(byte[] content, int start, int label, Path file, long offset) throws IOException {
        PackedFile.require(
                label >= 0 && label < classes,
                file,
                "has label %d at offset %d, expected 0 to %d".formatted(label, offset, classes - 1));
        MemorySegment.copy(MemorySegment.ofArray(content), start, pixels, (long) count * features, features);
        labels[count++] = label;
    }

    LabelledImages images() {
        return new LabelledImages(pixels, features, labels);
    }
}
