// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.simulate;

import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Rates and times as people write them: {@code 100gbit}, {@code 12.5GB/s}, {@code 2us}. */
final class Units {

    private static final Pattern QUANTITY = Pattern.compile("([0-9]*\\.?[0-9]+)\\s*([a-z/]+)");
    private static final Map<String, Double> PICOS =
            Map.of("ps", 1.0, "ns", 1e3, "us", 1e6, "µs", 1e6, "ms", 1e9, "s", 1e12);
    /** Bytes per second. */
    private static final Map<String, Double> RATES = Map.of(
            "kbit", 125.0,
            "mbit", 125e3,
            "gbit", 125e6,
            "tbit", 125e9,
            "kb/s", 1e3,
            "mb/s", 1e6,
            "gb/s", 1e9);

    private Units() {}

    /**
     * {@return a time in picoseconds}
     *
     * @param text such as 2us, 500ns or 1.5ms
     */
    static long picos(String text) {
        return Math.round(quantity("time", text, PICOS, "2us, 500ns or 1ms"));
    }

    /**
     * {@return picoseconds per byte, 0 for {@code unlimited}}
     *
     * @param text such as 100gbit, 10gbit/s or 12.5GB/s
     */
    static double picosPerByte(String text) {
        if (text.equalsIgnoreCase("unlimited")) {
            return 0;
        }
        String word = text.toLowerCase(Locale.ROOT);
        word = word.endsWith("bit/s") ? word.substring(0, word.length() - 2) : word;
        double bytesPerSecond = quantity("link", word, RATES, "100gbit, 12.5GB/s or unlimited");
        if (bytesPerSecond == 0) {
            throw new IllegalArgumentException("a link must have a rate: link=" + text);
        }
        return 1e12 / bytesPerSecond;
    }

    private static double quantity(String what, String text, Map<String, Double> units, String examples) {
        Matcher parts = QUANTITY.matcher(text.strip().toLowerCase(Locale.ROOT));
        if (!parts.matches() || !units.containsKey(parts.group(2))) {
            throw new IllegalArgumentException("not a %s, such as %s: %s=%s".formatted(what, examples, what, text));
        }
        return Double.parseDouble(parts.group(1)) * units.get(parts.group(2));
    }
}
