// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.compare;

import java.util.List;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/**
 * What two rows must have in common to be compared.
 *
 * @param values of {@link #FIELDS}, in that order
 */
record RowKey(List<String> values) {

    /** Fields of a row that say what was measured; how it was carried out may differ, and is said where it does. */
    static final List<String> FIELDS =
            List.of("collective", "implementation", "form", "in_place", "bytes", "bits", "mode", "np");

    /** Fields whose difference is worth a word. */
    static final List<String> CIRCUMSTANCES =
            List.of("algorithm", "via", "transport", "bucket", "root", "integrity", "seed", "iterations");

    RowKey {
        values = List.copyOf(values);
    }

    /**
     * {@return the key of a row}
     *
     * @param row has all {@link #FIELDS}
     */
    static RowKey of(JsonNode row) {
        return new RowKey(
                FIELDS.stream().map(field -> row.get(field).asString()).collect(Collectors.toList()));
    }

    private String value(String field) {
        return values.get(FIELDS.indexOf(field));
    }

    /** {@return the size of the vector} */
    long bytes() {
        return Long.parseLong(value("bytes"));
    }

    /** {@return everything but the size, for people} */
    String label() {
        String implementation = value("implementation").equals("bitreduce") ? "" : value("implementation") + " ";
        String width = value("bits").equals("32") ? "float" : value("bits") + " bits";
        String form = value("form").equals("blocking") ? "" : " " + value("form");
        return "%s%s %s %s%s %s"
                .formatted(
                        implementation,
                        value("collective"),
                        width,
                        value("mode"),
                        form,
                        Boolean.parseBoolean(value("in_place")) ? "in" : "out");
    }
}
