// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.algorithm;

import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.bitreduce.Mode;
import org.bitreduce.text.Names;

/**
 * One line of an {@link AlgorithmTable}: transport, operation, mode, ranks, bytes, algorithm, such as {@code
 * shared-memory all-reduce twoshot 2-8 0-2K inline}. An asterisk fits everything; the transport {@code mpj-*} fits all
 * names that begin with {@code mpj-}; ranges hold both ends, and may be open, as {@code 65-}; K, M and G are powers of
 * 1024.
 *
 * @param transport a name, a beginning and an asterisk, or an asterisk
 * @param operation null for every one
 * @param mode null for every one
 * @param leastRanks of the groups it fits
 * @param mostRanks of the groups it fits
 * @param leastBytes of the vectors it fits
 * @param mostBytes of the vectors it fits
 * @param algorithm what it says
 */
public record AlgorithmRule(
        String transport,
        Operation operation,
        Mode mode,
        int leastRanks,
        int mostRanks,
        long leastBytes,
        long mostBytes,
        Algorithm algorithm) {

    private static final int WORDS = 6;
    private static final String ALL = "*";
    private static final String UNITS = "KMG";

    /** Checks the ranges. */
    public AlgorithmRule {
        Objects.requireNonNull(transport, "transport");
        Objects.requireNonNull(algorithm, "algorithm");
        if (leastRanks < 1 || mostRanks < leastRanks || leastBytes < 0 || mostBytes < leastBytes) {
            throw new IllegalArgumentException("a range begins at its least number: ranks=%d-%d, bytes=%d-%d"
                    .formatted(leastRanks, mostRanks, leastBytes, mostBytes));
        }
    }

    /** {@return the rule that fits everything} */
    static AlgorithmRule always(Algorithm algorithm) {
        return new AlgorithmRule(ALL, null, null, 1, Integer.MAX_VALUE, 0, Long.MAX_VALUE, algorithm);
    }

    /** {@return the rule of a line; throws {@link IllegalArgumentException} if it is none} */
    static AlgorithmRule parse(String line) {
        String[] words = line.split("\\s+");
        if (words.length != WORDS) {
            throw new IllegalArgumentException(
                    "a rule has six words, transport, operation, mode, ranks, bytes and algorithm: " + line);
        }
        long[] ranks = range("ranks", words[3], 1, Integer.MAX_VALUE);
        long[] bytes = range("bytes", words[4], 0, Long.MAX_VALUE);
        return new AlgorithmRule(
                words[0],
                words[1].equals(ALL) ? null : operation(words[1]),
                words[2].equals(ALL) ? null : Names.parse(Mode.class, "mode", words[2]),
                (int) ranks[0],
                (int) ranks[1],
                bytes[0],
                bytes[1],
                Names.parse(Algorithm.class, "algorithm", words[5]));
    }

    private static Operation operation(String name) {
        return Names.parse(Operation.class, "operation", name);
    }

    private static long[] range(String what, String text, long least, long most) {
        if (text.equals(ALL)) {
            return new long[] {least, most};
        }
        int dash = text.indexOf('-');
        String first = dash < 0 ? text : text.substring(0, dash);
        String last = dash < 0 ? text : text.substring(dash + 1);
        long from = number(what, first, text);
        long to = last.isEmpty() ? most : number(what, last, text);
        if (from < least || to > most || to < from) {
            throw new IllegalArgumentException("not a range of %s: %s".formatted(what, text));
        }
        return new long[] {from, to};
    }

    private static long number(String what, String word, String text) {
        String upper = word.toUpperCase(Locale.ROOT);
        int unit = upper.isEmpty() ? -1 : UNITS.indexOf(upper.charAt(upper.length() - 1));
        try {
            long digits = Long.parseLong(unit < 0 ? upper : upper.substring(0, upper.length() - 1));
            return Math.multiplyExact(digits, 1L << 10 * (unit + 1));
        } catch (ArithmeticException | NumberFormatException e) {
            throw new IllegalArgumentException(
                    "not a range of %s, such as 2-8, 4K-1M or 65-: %s".formatted(what, text), e);
        }
    }

    boolean fits(String name, Operation called, Mode arithmetic, int ranks, long bytes) {
        boolean there = transport.endsWith(ALL)
                ? name.regionMatches(0, transport, 0, transport.length() - 1)
                : name.equals(transport);
        return there
                && (operation == null || operation == called)
                && (mode == null || mode == arithmetic)
                && ranks >= leastRanks
                && ranks <= mostRanks
                && bytes >= leastBytes
                && bytes <= mostBytes;
    }

    /** {@return the rule as a line that says the same} */
    @Override
    public String toString() {
        List<String> words = List.of(
                transport,
                operation == null ? ALL : Names.of(operation),
                mode == null ? ALL : Names.of(mode),
                leastRanks + "-" + (mostRanks == Integer.MAX_VALUE ? "" : mostRanks),
                text(leastBytes) + "-" + (mostBytes == Long.MAX_VALUE ? "" : text(mostBytes)),
                Names.of(algorithm));
        return "%-18s %-14s %-9s %-8s %-12s %s".formatted(words.toArray());
    }

    private static String text(long bytes) {
        int unit = 0;
        long number = bytes;
        while (unit < UNITS.length() && number > 0 && number % 1024 == 0) {
            number /= 1024;
            unit++;
        }
        return unit == 0 ? Long.toString(number) : number + UNITS.substring(unit - 1, unit);
    }
}
