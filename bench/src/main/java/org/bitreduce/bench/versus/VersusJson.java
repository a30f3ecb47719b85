// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.versus;

import java.io.PrintStream;
import java.util.List;
import tools.jackson.databind.ObjectMapper;

/** One document: {@code run}, {@code results} with one object per line, {@code break_even} and {@code load_average_after}. */
final class VersusJson implements VersusOutput {

    private final ObjectMapper mapper = new ObjectMapper();
    private final PrintStream out;
    private String separator = "";

    VersusJson(PrintStream out) {
        this.out = out;
    }

    @Override
    public void begin(Run run) {
        out.print("{\"run\": " + mapper.writeValueAsString(run) + ",\n\"results\": [");
    }

    @Override
    public void size(List<VersusRow> rows) {
        for (VersusRow row : rows) {
            out.print(separator + "\n" + mapper.writeValueAsString(row));
            separator = ",";
        }
        out.flush();
    }

    @Override
    public void end(List<BreakEven> evens, List<Bar> bars, double loadAfter) {
        out.println("\n],\n\"break_even\": " + mapper.writeValueAsString(evens) + ",\n\"bars\": "
                + mapper.writeValueAsString(bars) + ",\n\"load_average_after\": "
                + loadAfter + "}");
        out.flush();
    }
}
