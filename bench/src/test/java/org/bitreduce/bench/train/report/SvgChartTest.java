// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.train.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class SvgChartTest {

    private static final List<Double> STEPS = List.of(1.0, 2.0, 3.0);

    private static SvgChart losses() {
        return new SvgChart("losses", "step", "loss (nats)", false).withLogarithmicY();
    }

    /** What has diverged leaves the others visible: a decade is as high as another. */
    @Test
    void valuesFarApartAreDrawnInDecades() {
        String html = losses().line("good", STEPS, List.of(1.0, 0.01, 0.0))
                .line("diverged", STEPS, List.of(1.0, 100.0, 100.0))
                .toHtml();
        assertTrue(html.contains("loss (nats), log<"), html);
        for (String label : List.of(">0.01<", ">0.1<", ">1<", ">10<", ">100<")) {
            assertTrue(html.contains(label), label + html);
        }
        List<Double> heights = Pattern.compile("[ML][0-9.]+ ([0-9.]+)")
                .matcher(html.substring(html.indexOf("class=\"c0\""), html.indexOf("legend")))
                .results()
                .map(match -> Double.valueOf(match.group(1)))
                .toList();
        assertEquals(5, heights.size(), "0 has no logarithm and is left out: " + html);
        assertEquals(heights.get(1) - heights.get(0), heights.get(0) - heights.get(3), 0.11, html);
    }

    @Test
    void valuesNearEachOtherAreDrawnLinearly() {
        String html = losses().line("good", STEPS, List.of(2.0, 1.5, 1.0)).toHtml();
        assertFalse(html.contains(", log"), html);
    }

    @Test
    void smallTicksAreShort() {
        Scale scale = Scale.of(3e-7, 2, true, 0, 100);
        List<String> labels = scale.ticks().stream().map(scale::label).toList();
        assertEquals(List.of("1e-6", "1e-5", "1e-4", "0.001", "0.01", "0.1", "1"), labels);
    }

    /** Colours come again, but each time with another marker. */
    @Test
    void markersTellAllSeriesApart() {
        SvgChart chart = new SvgChart("many", "MB", "%", false);
        int count = 3 * Palette.size();
        for (int i = 0; i < count; i++) {
            chart.point("method " + i, i, i, 1);
        }
        String legend = chart.toHtml();
        Set<String> marks = new HashSet<>();
        Pattern.compile("aria-hidden=\"true\"><g class=\"(c\\d)[^\"]*\">(.*?)</g>")
                .matcher(legend)
                .results()
                .forEach(match -> marks.add(match.group(1) + match.group(2)));
        assertEquals(count, marks.size(), marks::toString);
    }
}
