// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.train.data;

/**
 * Examples as bags of word numbers, in compressed rows: bag {@code i} is {@code words[starts[i]]} to {@code
 * words[starts[i + 1] - 1]}. Not modified after construction, so threads may share it; the arrays are not copied.
 *
 * @param starts size() + 1 indices into the words, not decreasing
 * @param words word numbers, from 0
 * @param labels class of each bag, from 0
 */
@SuppressWarnings("ArrayRecordComponent")
public record LabelledBags(int[] starts, int[] words, int[] labels) {

    /** Checks that the arrays fit together. */
    public LabelledBags {
        if (starts.length != labels.length + 1 || starts[labels.length] > words.length) {
            throw new IllegalArgumentException(
                    "starts, words and labels do not fit together: starts=%d, words=%d, labels=%d"
                            .formatted(starts.length, words.length, labels.length));
        }
    }

    /** {@return the number of examples} */
    public int size() {
        return labels.length;
    }
}
