// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.versus;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Locale;

/**
 * One row of the table of what BitReduce wants to reach.
 *
 * @param what is measured
 * @param against what
 * @param need how many times as fast, or as much, at least or at most; NaN where nothing is demanded
 * @param atMost whether less is better
 * @param measured what came out, where it came out worst; null if it was not measured
 * @param note where that was, or why it was not measured
 */
record Bar(
        @JsonProperty("what") String what,
        @JsonProperty("against") String against,
        @JsonProperty("need") double need,
        @JsonProperty("at_most") boolean atMost,
        @JsonProperty("measured") Spread measured,
        @JsonProperty("note") String note) {

    /** {@return met, MISSED, shown or left out; the median counts} */
    @JsonProperty("verdict")
    String verdict() {
        if (measured == null) {
            return "left out";
        }
        if (Double.isNaN(need)) {
            return "shown";
        }
        boolean met = atMost ? measured.median() <= need : measured.median() >= need;
        return met ? "met" : "MISSED";
    }

    /** {@return one line of the table} */
    String text() {
        String demand = Double.isNaN(need) ? "-" : String.format(Locale.ROOT, "%s %.2f", atMost ? "<=" : ">=", need);
        String numbers = measured == null
                ? "-"
                : String.format(Locale.ROOT, "%.3f (%.3f to %.3f)", measured.median(), measured.min(), measured.max());
        return String.format(
                Locale.ROOT, "%-44s %-26s %-8s %-24s %-9s %s", what, against, demand, numbers, verdict(), note);
    }
}
