// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.train.data;

import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Numbers of words, the most frequent first.
 *
 * @param numbers number of each word, from 0
 */
record Vocabulary(Map<String, Integer> numbers) {

    int size() {
        return numbers.size();
    }

    /** {@return texts as bags; words that are not in the vocabulary are left out} */
    LabelledBags bags(List<LabelledText> texts) {
        int[] starts = new int[texts.size() + 1];
        int[] labels = new int[texts.size()];
        IntList words = new IntList();
        for (int i = 0; i < labels.length; i++) {
            Tokenizer.split(texts.get(i).text(), word -> {
                Integer number = numbers.get(word);
                if (number != null) {
                    words.add(number);
                }
            });
            labels[i] = texts.get(i).label();
            starts[i + 1] = words.size();
        }
        return new LabelledBags(starts, words.toArray(), labels);
    }

    /** A growing array of ints. */
    static final class IntList {
        private int[] values = new int[1024];
        private int size;

        void add(int value) {
            if (size == values.length) {
                values = Arrays.copyOf(values, 2 * size);
            }
            values[size++] = value;
        }

        int get(int index) {
            return values[index];
        }

        int size() {
            return size;
        }

        int[] toArray() {
            return Arrays.copyOf(values, size);
        }
    }
}
