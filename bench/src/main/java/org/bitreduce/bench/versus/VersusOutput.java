// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.versus;

import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.bitreduce.text.Names;

/** A way to write the comparison; sizes are written as they come, where the format allows. */
interface VersusOutput {

    /** Names for the command line. */
    List<String> FORMATS = List.of("text", "json", "csv");

    /**
     * {@return the output of a format}
     *
     * @param format one of {@link #FORMATS}
     */
    static Function<PrintStream, VersusOutput> of(String format) {
        Map<String, Function<PrintStream, VersusOutput>> formats =
                Map.of("text", VersusText::new, "json", VersusJson::new, "csv", VersusCsv::new);
        if (!formats.containsKey(format)) {
            throw Names.unknown("format", format, FORMATS);
        }
        return formats.get(format);
    }

    /**
     * Writes what comes first.
     *
     * @param run all but the rows
     */
    void begin(Run run);

    /**
     * Writes the rows of one size.
     *
     * @param rows of all sides
     */
    void size(List<VersusRow> rows);

    /**
     * Writes what comes last.
     *
     * @param evens break-even speeds
     * @param bars table of what is wanted, empty if nobody asked
     * @param loadAfter load average when all was measured; negative where unknown
     */
    void end(List<BreakEven> evens, List<Bar> bars, double loadAfter);
}
