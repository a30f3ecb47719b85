// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.train.report;

import java.awt.Color;
import java.util.List;

/**
 * The colours of series, in all pictures: those of Okabe and Ito (2008), which people with any kind of colour blindness can
 * tell apart, black and a grey. Stateless.
 */
public final class Palette {

    private static final List<String> ON_WHITE =
            List.of("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000", "#767676");

    /** The same hues for a dark page; black becomes white. */
    private static final List<String> ON_BLACK =
            List.of("#3a94d6", "#ff8b3d", "#2fc79a", "#e39cc3", "#ffc44d", "#a5dbff", "#ffffff", "#9aa0a6");

    private Palette() {}

    /** {@return the number of colours} */
    public static int size() {
        return ON_WHITE.size();
    }

    /**
     * {@return a colour on white}
     *
     * @param index of the series, from 0; after the last colour the first one comes again
     */
    public static Color color(int index) {
        return Color.decode(ON_WHITE.get(index % ON_WHITE.size()));
    }

    /** {@return all colours on white, in order; a copy} */
    public static Color[] colors() {
        return ON_WHITE.stream().map(Color::decode).toArray(Color[]::new);
    }

    /** {@return a style sheet with a class for each colour, {@code c0} to {@code c7}, on light and dark pages and on paper} */
    static String css() {
        StringBuilder css = new StringBuilder();
        css.append(":root { %s}%n".formatted(variables(ON_WHITE)));
        css.append("@media screen and (prefers-color-scheme: dark) { :root { %s} }%n".formatted(variables(ON_BLACK)));
        for (int i = 0; i < ON_WHITE.size(); i++) {
            css.append(".c%d { stroke: var(--k%d); } .c%d circle { fill: var(--k%d); }%n".formatted(i, i, i, i));
        }
        return css.toString();
    }

    private static String variables(List<String> colors) {
        StringBuilder variables = new StringBuilder();
        for (int i = 0; i < colors.size(); i++) {
            variables.append("--k%d: %s; ".formatted(i, colors.get(i)));
        }
        return variables.toString();
    }
}
