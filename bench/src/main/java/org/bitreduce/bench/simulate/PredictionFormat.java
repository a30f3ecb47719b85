// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.simulate;

import java.io.PrintStream;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** Ways to write rows. */
enum PredictionFormat {
    /** A table for people. */
    TEXT {
        @Override
        <R> void print(PrintStream out, List<R> rows, TextRow<R> text) {
            out.println(text.title());
            rows.forEach(row -> out.println(text.line(row)));
        }
    },
    /** One JSON array, one object per line. */
    JSON {
        @Override
        <R> void print(PrintStream out, List<R> rows, TextRow<R> text) {
            ObjectMapper mapper = new ObjectMapper();
            out.println("["
                    + String.join(
                            ",\n", rows.stream().map(mapper::writeValueAsString).toList()) + "]");
        }
    },
    /** A header and one line per prediction. */
    CSV {
        @Override
        <R> void print(PrintStream out, List<R> rows, TextRow<R> text) {
            ObjectMapper mapper = new ObjectMapper();
            boolean first = true;
            for (R row : rows) {
                JsonNode node = mapper.valueToTree(row);
                if (first) {
                    out.println(String.join(",", node.propertyNames()));
                    first = false;
                }
                out.println(String.join(
                        ",", node.values().stream().map(JsonNode::asString).toList()));
            }
        }
    };

    /**
     * Writes.
     *
     * @param <R> the kind of rows, as JSON knows them
     * @param out where they go
     * @param rows all of them
     * @param text how people read them
     */
    abstract <R> void print(PrintStream out, List<R> rows, TextRow<R> text);
}
