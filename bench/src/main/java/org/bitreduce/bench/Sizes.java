// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench;

import java.util.Locale;
import java.util.stream.LongStream;

/** Sizes in bytes, as people write them: {@code 64}, {@code 4K}, {@code 16M}, {@code 1G}. */
public final class Sizes {

    private static final String UNITS = "KMG";
    private static final long MAX = 1L << 36;

    private Sizes() {}

    /**
     * {@return a number of bytes}
     *
     * @param text a whole number and, if need be, K, M or G (powers of 1024; KiB, MiB and GiB mean the same)
     */
    public static long parse(String text) {
        String word = text.strip().toUpperCase(Locale.ROOT);
        word = word.endsWith("IB") ? word.substring(0, word.length() - 2) : word;
        int unit = word.isEmpty() ? -1 : UNITS.indexOf(word.charAt(word.length() - 1));
        try {
            long number = Long.parseLong(unit < 0 ? word : word.substring(0, word.length() - 1));
            long bytes = Math.multiplyExact(number, 1L << 10 * (unit + 1));
            if (bytes >= Float.BYTES && bytes <= MAX) {
                return bytes;
            }
        } catch (ArithmeticException | NumberFormatException e) {
            // said below
        }
        throw new IllegalArgumentException("a size must be 4 bytes to 64G, such as 512, 4K or 16M: size=" + text);
    }

    /**
     * {@return all sizes of a run}
     *
     * @param first bytes
     * @param last bytes, at least the first
     * @param factor from one to the next, at least 2
     */
    public static long[] range(long first, long last, int factor) {
        if (last < first) {
            throw new IllegalArgumentException(
                    "the last size must not be less than the first: first=%d, last=%d".formatted(first, last));
        }
        if (factor < 2) {
            throw new IllegalArgumentException("the factor must be at least 2: factor=" + factor);
        }
        LongStream.Builder sizes = LongStream.builder().add(first);
        for (long size = first; size <= last / factor; size *= factor) {
            sizes.add(size * factor);
        }
        return sizes.build().toArray();
    }

    /**
     * {@return a size for people, such as 4 KiB}
     *
     * @param bytes not negative
     */
    public static String text(long bytes) {
        int unit = 0;
        long number = bytes;
        while (unit < 3 && number >= 1024 && number % 1024 == 0) {
            number /= 1024;
            unit++;
        }
        return number + (unit == 0 ? " B" : " " + UNITS.charAt(unit - 1) + "iB");
    }
}
