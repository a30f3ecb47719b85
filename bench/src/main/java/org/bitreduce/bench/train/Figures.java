// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.train;

import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** How reports write their figures, those that do not exist too. Stateless. */
final class Figures {

    private static final JsonMapper MAPPER =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    private Figures() {}

    /** {@return a number for JSON, which has no infinity and no NaN: null in their place} */
    static Double finite(double value) {
        return Double.isFinite(value) ? value : null;
    }

    /** {@return a number for people, a dash where there is none} */
    static String number(String format, double value) {
        return Double.isFinite(value) ? String.format(Locale.ROOT, format, value) : "-";
    }

    /** {@return an indented document, with a line end} */
    static String json(Map<String, Object> document) {
        return MAPPER.writeValueAsString(document) + "\n";
    }
}
