// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench;

import java.util.Locale;

/** Times and bytes for people, with units. */
public final class Units {

    private Units() {}

    /**
     * {@return a time}
     *
     * @param micros microseconds
     */
    public static String time(double micros) {
        if (micros < 1000) {
            return String.format(Locale.ROOT, "%.1f us", micros);
        }
        return micros < 1e6
                ? String.format(Locale.ROOT, "%.2f ms", micros / 1e3)
                : String.format(Locale.ROOT, "%.2f s", micros / 1e6);
    }

    /**
     * {@return a number of bytes, rounded}
     *
     * @param number not negative
     */
    public static String bytes(long number) {
        String[] units = {"B", "KiB", "MiB", "GiB"};
        int unit = 0;
        double value = number;
        while (value >= 1024 && unit < units.length - 1) {
            value /= 1024;
            unit++;
        }
        return String.format(Locale.ROOT, unit == 0 ? "%.0f %s" : "%.2f %s", value, units[unit]);
    }
}
