// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench;

import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * The shape of the OSU micro-benchmarks' full tables: one table per width, mode and place, sizes in bytes, times in
 * microseconds. Written at the end, because all tables grow at once.
 */
final class OsuOutput implements RowFormat.Output {

    private final PrintStream out;
    private final Map<String, StringBuilder> tables = new LinkedHashMap<>();

    OsuOutput(PrintStream out, Environment environment, BenchPlan plan) {
        this.out = out;
    }

    @Override
    public void row(BenchRow row) {
        String title = "%s, %s, %d bits, %s, %s, %d ranks"
                .formatted(
                        row.collective(),
                        row.implementation(),
                        row.bits(),
                        row.mode(),
                        row.inPlace() ? "in place" : "out of place",
                        row.np());
        tables.computeIfAbsent(title, OsuOutput::header)
                .append(String.format(
                        Locale.ROOT,
                        "%-10d%18.2f%18.2f%18.2f%12d%n",
                        row.bytes(),
                        row.avgUs(),
                        row.minUs(),
                        row.maxUs(),
                        row.iterations()));
    }

    private static StringBuilder header(String title) {
        return new StringBuilder("# BitReduce ")
                .append(title)
                .append(System.lineSeparator())
                .append(String.format(
                        "%-10s%18s%18s%18s%12s%n",
                        "# Size", "Avg Latency(us)", "Min Latency(us)", "Max Latency(us)", "Iterations"));
    }

    @Override
    public void end() {
        out.print(String.join(System.lineSeparator(), tables.values()));
        out.flush();
    }
}
