// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench;

import java.io.PrintStream;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** The fields of the JSON objects as comma-separated values; none of them contains a comma or a quote. */
final class CsvOutput implements RowFormat.Output {

    private final ObjectMapper mapper = new ObjectMapper();
    private final PrintStream out;
    private boolean begun;

    CsvOutput(PrintStream out, Environment environment, BenchPlan plan) {
        this.out = out;
    }

    @Override
    public void row(BenchRow row) {
        JsonNode fields = mapper.valueToTree(row);
        if (!begun) {
            out.println(String.join(",", fields.propertyNames()));
            begun = true;
        }
        out.println(fields.values().stream().map(JsonNode::asString).collect(Collectors.joining(",")));
        out.flush();
    }
}
