// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.train.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Where values lie on an axis of a picture.
 *
 * @param low value at {@code from}
 * @param high value at {@code to}, greater than low
 * @param logarithmic whether equal factors have equal lengths
 * @param from position of low
 * @param to position of high
 * @param step distance between labels of a linear axis
 */
record Scale(double low, double high, boolean logarithmic, double from, double to, double step) {

    private static final int LABELS = 7;

    /** {@return a scale whose ends are a little beyond the values; a linear one begins at 0 if the values come near it} */
    static Scale of(double least, double greatest, boolean logarithmic, double from, double to) {
        if (logarithmic) {
            double low = greatest == least ? least / 2 : least / Math.pow(greatest / least, 0.03);
            double high = greatest == least ? least * 2 : greatest * Math.pow(greatest / least, 0.03);
            return new Scale(low, high, true, from, to, 0);
        }
        double margin = greatest == least ? Math.max(Math.abs(least), 1) / 10 : (greatest - least) * 0.04;
        double low = least >= 0 && least < (greatest - least) * 0.6 ? 0 : least - margin;
        double high = greatest + margin;
        double rough = (high - low) / LABELS;
        double decade = Math.pow(10, Math.floor(Math.log10(rough)));
        double digit = rough / decade;
        double step = decade * (digit <= 1 ? 1 : digit <= 2 ? 2 : digit <= 5 ? 5 : 10);
        return new Scale(low, high, false, from, to, step);
    }

    /** {@return the position of a value} */
    double at(double value) {
        double share = logarithmic ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low);
        return from + share * (to - from);
    }

    /** {@return the values that have a label: 1, 2 and 5 of each decade if the axis is logarithmic} */
    List<Double> ticks() {
        List<Double> ticks = new ArrayList<>();
        if (!logarithmic) {
            for (double i = Math.ceil(low / step); i * step <= high; i++) {
                ticks.add(i * step + 0.0); // no negative zero
            }
            return ticks;
        }
        boolean wide = high / low > 2e3;
        for (int exponent = (int) Math.floor(Math.log10(low)); Math.pow(10, exponent) <= high; exponent++) {
            for (int digit : wide ? new int[] {1} : new int[] {1, 2, 5}) {
                double tick = digit * Math.pow(10, exponent);
                if (tick >= low && tick <= high) {
                    ticks.add(tick);
                }
            }
        }
        return ticks;
    }

    /** {@return a tick as text, with as many decimals as its neighbours need} */
    String label(double tick) {
        if (logarithmic && tick < 1e-3) {
            int exponent = (int) Math.floor(Math.log10(tick) + 1e-9);
            return "%de%d".formatted(Math.round(tick / Math.pow(10, exponent)), exponent);
        }
        double unit = logarithmic ? Math.pow(10, Math.floor(Math.log10(tick))) : step;
        int decimals = (int) Math.clamp(-Math.floor(Math.log10(unit) + 1e-9), 0, 9);
        return String.format(Locale.ROOT, "%,." + decimals + "f", tick);
    }
}
