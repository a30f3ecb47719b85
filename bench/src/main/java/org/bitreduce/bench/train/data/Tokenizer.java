// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.train.data;

import java.util.Locale;
import java.util.function.Consumer;

/**
 * Cuts text into lower-case words: runs of letters or of digits, and identifiers also where a lower-case letter meets an
 * upper-case one ({@code camelCase}) or the last capital of an abbreviation starts a word ({@code XMLReader}). Stateless.
 */
final class Tokenizer {

    private static final int LONGEST = 32;

    private Tokenizer() {}

    /**
     * Hands over every word of a text.
     *
     * @param text any
     * @param words gets each word, in order; words beyond 32 characters are cut off there
     */
    static void split(CharSequence text, Consumer<String> words) {
        int start = 0;
        int length = text.length();
        for (int i = 0; i < length; i++) {
            boolean inside = Character.isLetterOrDigit(text.charAt(i));
            if (!inside || (i > start && startsWord(text, i))) {
                emit(text, start, i, words);
                start = inside ? i : i + 1;
            }
        }
        emit(text, start, length, words);
    }

    private static boolean startsWord(CharSequence text, int i) {
        char before = text.charAt(i - 1);
        char here = text.charAt(i);
        if (Character.isDigit(before) != Character.isDigit(here)) {
            return true;
        }
        if (!Character.isUpperCase(here)) {
            return false;
        }
        boolean lowerFollows = i + 1 < text.length() && Character.isLowerCase(text.charAt(i + 1));
        return Character.isLowerCase(before) || lowerFollows;
    }

    private static void emit(CharSequence text, int start, int end, Consumer<String> words) {
        if (end > start) {
            words.accept(text.subSequence(start, Math.min(end, start + LONGEST))
                    .toString()
                    .toLowerCase(Locale.ROOT));
        }
    }
}
