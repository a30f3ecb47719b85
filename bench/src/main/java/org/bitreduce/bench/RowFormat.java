// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench;

import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import org.bitreduce.text.Names;

/** A way to write rows. */
@FunctionalInterface
interface RowFormat {

    /**
     * Begins to write.
     *
     * @param out not closed
     * @param environment of the run
     * @param plan of the run
     * @return takes the rows
     */
    Output output(PrintStream out, Environment environment, BenchPlan plan);

    /**
     * {@return the format of a name}
     *
     * @param name as on the command line
     */
    static RowFormat of(String name) {
        Map<String, RowFormat> formats =
                Map.of("text", TextOutput::new, "osu", OsuOutput::new, "csv", CsvOutput::new, "json", JsonOutput::new);
        RowFormat format = formats.get(name);
        if (format == null) {
            List<String> names = List.of("text", "osu", "csv", "json");
            throw Names.unknown("format", name, names);
        }
        return format;
    }

    /** Takes rows, in the order of the table. */
    interface Output {

        /** Writes nothing. */
        Output NONE = row -> {};

        /**
         * Writes a row, at once if the format allows.
         *
         * @param row the next
         */
        void row(BenchRow row);

        /** Writes what comes after the last row. */
        default void end() {}
    }
}
