// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.hosts;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The speed of a link.
 *
 * @param megabits per second and direction; 0 for as fast as the machine can
 */
public record LinkRate(long megabits) {

    /** As fast as the machine can. */
    public static final LinkRate NONE = new LinkRate(0);

    private static final Pattern TEXT = Pattern.compile("([0-9]{1,6})(mbit|gbit)");

    /** Bursts last about this long at most: a long one lets short messages look faster than the link. */
    private static final long BURST_MICROS = 130;

    private static final long LEAST_BURST = 16 << 10;

    /**
     * {@return the speed of a name}
     *
     * @param text such as {@code 1gbit} or {@code 100mbit}, or {@code none}
     * @throws IllegalArgumentException if it is none
     */
    public static LinkRate parse(String text) {
        if (text.equals("none")) {
            return NONE;
        }
        Matcher matcher = TEXT.matcher(text);
        long number = matcher.matches() ? Long.parseLong(matcher.group(1)) : 0;
        if (number == 0) {
            throw new IllegalArgumentException(
                    "a link is none or a speed such as 100mbit, 1gbit or 10gbit: link=" + text);
        }
        return new LinkRate(matcher.group(2).equals("gbit") ? number * 1000 : number);
    }

    /** {@return whether the link is made slower than the machine} */
    public boolean isLimited() {
        return megabits > 0;
    }

    /** {@return the bucket of the traffic shaper in bytes} */
    long burstBytes() {
        return Math.max(LEAST_BURST, megabits * BURST_MICROS / 8);
    }

    /** {@return the name, as for {@link #parse} and for {@code tc}} */
    @Override
    public String toString() {
        if (!isLimited()) {
            return "none";
        }
        return megabits % 1000 == 0 ? megabits / 1000 + "gbit" : megabits + "mbit";
    }
}
