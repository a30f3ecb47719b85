// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench;

import java.io.PrintStream;
import tools.jackson.databind.ObjectMapper;

/** One document: {@code environment}, and {@code results} with one object per line. */
final class JsonOutput implements RowFormat.Output {

    private final ObjectMapper mapper = new ObjectMapper();
    private final PrintStream out;
    private String separator = "";

    JsonOutput(PrintStream out, Environment environment, BenchPlan plan) {
        this.out = out;
        out.print("{\"environment\": " + mapper.writeValueAsString(environment) + ",\n\"results\": [");
    }

    @Override
    public void row(BenchRow row) {
        out.print(separator + "\n" + mapper.writeValueAsString(row));
        out.flush();
        separator = ",";
    }

    @Override
    public void end() {
        out.println("\n]}");
        out.flush();
    }
}
