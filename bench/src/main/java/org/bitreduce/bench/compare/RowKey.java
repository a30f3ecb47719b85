// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.compare;

import java.util.List;
import tools.jackson.databind.JsonNode;

/**
 * What two rows must have in common to be compared.
 *
 * @param shape of the file
 * @param values of its {@link ResultShape#fields}, in that order
 */
record RowKey(ResultShape shape, List<String> values) {

    RowKey {
        values = List.copyOf(values);
    }

    /**
     * {@return the key of a row}
     *
     * @param shape of the file
     * @param row has all of its {@link ResultShape#fields}
     */
    static RowKey of(ResultShape shape, JsonNode row) {
        return new RowKey(
                shape,
                shape.fields().stream().map(field -> row.get(field).asString()).toList());
    }

    /** {@return what a field has, which must be one of the shape's} */
    String value(String field) {
        return values.get(shape.fields().indexOf(field));
    }

    /** {@return the size of the vector} */
    long bytes() {
        return Long.parseLong(value("bytes"));
    }

    /** {@return in or out} */
    String place() {
        return Boolean.parseBoolean(value("in_place")) ? "in" : "out";
    }

    /** {@return whether it is of BitReduce} */
    boolean ours() {
        return shape.ours(this);
    }

    /** {@return everything but the size, for people} */
    String label() {
        return shape.label(this);
    }
}
