// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.text;

import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** Names of things as people write them, and what they probably meant by one that does not exist. Stateless. */
public final class Names {

    private Names() {}

    /**
     * {@return the name of a constant: lower case, with dashes}
     *
     * @param constant of an enum
     */
    public static String of(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /**
     * {@return the names of all constants}
     *
     * @param type an enum
     */
    public static List<String> of(Class<? extends Enum<?>> type) {
        return Arrays.stream(type.getEnumConstants()).map(Names::of).toList();
    }

    /**
     * {@return the constant of a name, upper or lower case}
     *
     * @param <E> the enum
     * @param type the enum
     * @param what is being named, for the message
     * @param text the name
     * @throws IllegalArgumentException if there is none, with the nearest
     */
    public static <E extends Enum<E>> E parse(Class<E> type, String what, String text) {
        List<String> names = of(type);
        int index = names.indexOf(text.toLowerCase(Locale.ROOT));
        if (index < 0) {
            throw unknown(what, text, names);
        }
        return type.getEnumConstants()[index];
    }

    /**
     * {@return an exception to throw for a name that does not exist}
     *
     * @param what is being named
     * @param text what was written
     * @param names what is valid, at least one
     */
    public static IllegalArgumentException unknown(String what, String text, Collection<String> names) {
        return new IllegalArgumentException("unknown %s: %s=%s; did you mean %s? There are: %s"
                .formatted(what, what, text, nearest(text, names), String.join(", ", names)));
    }

    /**
     * {@return the candidate with the least edit distance, the first of several} A candidate that begins with the
     * word, or the other way round, counts as near.
     *
     * @param word what was written
     * @param candidates what is valid, at least one
     */
    public static String nearest(String word, Collection<String> candidates) {
        return candidates.stream()
                .min(Comparator.comparingInt(candidate -> distance(word, candidate)))
                .orElseThrow();
    }

    private static int distance(String a, String b) {
        int edits = editDistance(a, b);
        boolean prefix = !a.isEmpty() && (a.startsWith(b) || b.startsWith(a));
        return prefix ? Math.min(edits, 1) : edits;
    }

    /**
     * {@return the least number of inserted, deleted, replaced characters and exchanged neighbours that turns one word into
     * the other}
     *
     * @param a one word
     * @param b the other
     */
    static int editDistance(String a, String b) {
        int[][] edits = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                edits[i][j] = i == 0 ? j : j == 0 ? i : edits(edits, a, i, b, j);
            }
        }
        return edits[a.length()][b.length()];
    }

    private static int edits(int[][] edits, String a, int i, String b, int j) {
        int replaced = edits[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        int least = Math.min(replaced, 1 + Math.min(edits[i - 1][j], edits[i][j - 1]));
        boolean exchanged = i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
        return exchanged ? Math.min(least, 1 + edits[i - 2][j - 2]) : least;
    }
}
