// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.train.data;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bitreduce.bench.train.data.Vocabulary.IntList;

/** Counts words while it reads the training texts once. Confined to one thread. */
final class VocabularyBuilder {

    /** A word's number in order of first sight, and how often it was seen. */
    private static final class Entry {
        private final String word;
        private final int firstSeen;
        private int count;

        Entry(String word, int firstSeen) {
            this.word = word;
            this.firstSeen = firstSeen;
        }
    }

    private final Map<String, Entry> entries = new HashMap<>();
    private final IntList words = new IntList();
    private final IntList starts = new IntList();
    private final IntList labels = new IntList();

    VocabularyBuilder() {
        starts.add(0);
    }

    void add(LabelledText text) {
        Tokenizer.split(text.text(), word -> {
            Entry entry = entries.computeIfAbsent(word, w -> new Entry(w, entries.size()));
            entry.count++;
            words.add(entry.firstSeen);
        });
        labels.add(text.label());
        starts.add(words.size());
    }

    /** {@return the most frequent words; among equally frequent ones those that come first in the alphabet} */
    Vocabulary build(int minimumCount, int cap) {
        List<Entry> kept = new ArrayList<>(entries.values());
        kept.removeIf(entry -> entry.count < minimumCount);
        kept.sort(Comparator.<Entry>comparingInt(entry -> -entry.count).thenComparing(entry -> entry.word));
        Map<String, Integer> numbers = HashMap.newHashMap(Math.min(cap, kept.size()));
        for (int i = 0; i < Math.min(cap, kept.size()); i++) {
            numbers.put(kept.get(i).word, i);
        }
        return new Vocabulary(numbers);
    }

    /** {@return the texts that were added, as bags of the words that are in the vocabulary} */
    LabelledBags bags(Vocabulary vocabulary) {
        int[] numbers = new int[entries.size()];
        entries.values()
                .forEach(
                        entry -> numbers[entry.firstSeen] = vocabulary.numbers().getOrDefault(entry.word, -1));
        IntList kept = new IntList();
        int[] keptStarts = new int[labels.size() + 1];
        for (int i = 0; i < labels.size(); i++) {
            for (int w = starts.get(i); w < starts.get(i + 1); w++) {
                int number = numbers[words.get(w)];
                if (number >= 0) {
                    kept.add(number);
                }
            }
            keptStarts[i + 1] = kept.size();
        }
        return new LabelledBags(keptStarts, kept.toArray(), labels.toArray());
    }
}
