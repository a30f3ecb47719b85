// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.train.data;

import java.util.List;
import java.util.zip.CRC32C;

/**
 * A task whose examples are images.
 *
 * @param task the task's name
 * @param origin where the images came from, in words
 * @param classes names of the classes
 * @param offset what is subtracted from a byte of 0 to 255, before
 * @param scale what it is multiplied by, to be a model's input
 * @param train what is learnt from
 * @param test what is measured on
 */
public record ImageData(
        String task,
        String origin,
        List<String> classes,
        float offset,
        float scale,
        LabelledImages train,
        LabelledImages test)
        implements TaskData {

    @Override
    public int trainSize() {
        return train.size();
    }

    @Override
    public int testSize() {
        return test.size();
    }

    @Override
    public long fingerprint() {
        CRC32C crc = new CRC32C();
        for (LabelledImages images : List.of(train, test)) {
            crc.update(images.pixels().asByteBuffer());
            for (int label : images.labels()) {
                crc.update(label);
            }
        }
        return crc.getValue() << 24 ^ (long) train.features() << 8 ^ classes.size();
    }
}
