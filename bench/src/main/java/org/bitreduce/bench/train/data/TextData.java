// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.train.data;

import java.util.List;
import java.util.zip.CRC32C;

/**
 * A task whose examples are texts.
 *
 * @param task the task's name
 * @param origin where the texts came from, in words
 * @param classes names of the classes
 * @param words number of words in the vocabulary
 * @param train what is learnt from
 * @param test what is measured on; shares no document with train
 */
public record TextData(
        String task, String origin, List<String> classes, int words, LabelledBags train, LabelledBags test)
        implements TaskData {

    /** Words that occur fewer times in the training texts are left out. */
    private static final int MINIMUM_COUNT = 2;

    /**
     * {@return the task with a vocabulary built of its training texts}
     *
     * @param task name
     * @param origin where the texts came from
     * @param classes names of the classes
     * @param train training texts, in an order that is the same on every machine
     * @param test test texts
     * @param wordCap the most words that the vocabulary may have
     */
    public static TextData of(
            String task,
            String origin,
            List<String> classes,
            List<LabelledText> train,
            List<LabelledText> test,
            int wordCap) {
        VocabularyBuilder builder = new VocabularyBuilder();
        train.forEach(builder::add);
        Vocabulary vocabulary = builder.build(MINIMUM_COUNT, wordCap);
        return new TextData(task, origin, classes, vocabulary.size(), builder.bags(vocabulary), vocabulary.bags(test));
    }

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
        CRC32C low = new CRC32C();
        for (LabelledBags bags : List.of(train, test)) {
            for (int[] array : List.of(bags.starts(), bags.words(), bags.labels())) {
                for (int value : array) {
                    low.update(value);
                    low.update(value >>> 8);
                    low.update(value >>> 16);
                }
            }
        }
        return low.getValue() << 24 ^ (long) words << 8 ^ classes.size();
    }
}
