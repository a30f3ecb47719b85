// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.kernel;

import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import org.bitreduce.bench.Environment;
import tools.jackson.databind.ObjectMapper;

/**
 * Prints the rows.
 *
 * @param out not closed
 * @param environment of the run
 * @param jvms per vector size
 * @param notes what was left out, and why
 */
record KernelReport(PrintStream out, Environment environment, int jvms, List<String> notes) {

    /** Prints a table for people. */
    void text(List<KernelRow> rows) {
        out.printf(
                Locale.ROOT,
                "# kernels, %d fresh JVMs; %s, %d cores, load %.2f, %s%n",
                jvms,
                environment.cpu(),
                environment.cores(),
                environment.loadAverage(),
                environment.jdk());
        out.println("# GB/s = 10^9 bytes of the float vector per second, of the slowest, median and fastest JVM");
        out.println("# of memcpy = ratio within a JVM to the faster of MemorySegment.copyFrom and C's memcpy");
        out.println("# C = the same with intrinsics, median; B/op = Java heap bytes per run, the most of all JVMs");
        for (String note : notes) {
            out.println("# " + note);
        }
        String columns = "%-15s %4s %6s %9s | %6s %6s %6s | %6s %6s | %6s %6s | %s%n";
        out.printf(
                Locale.ROOT,
                columns,
                "kernel",
                "bits",
                "vector",
                "bytes",
                "min",
                "median",
                "max",
                "min",
                "median",
                "C",
                "B/op",
                "bar");
        long lastBytes = -1;
        for (KernelRow row : rows) {
            if (lastBytes >= 0 && lastBytes != row.bytes()) {
                out.println();
            }
            lastBytes = row.bytes();
            out.printf(
                    Locale.ROOT,
                    columns,
                    row.kernel(),
                    row.bits() == 0 ? "" : row.bits(),
                    row.vectorBits(),
                    row.bytes(),
                    number(row.min()),
                    number(row.median()),
                    number(row.max()),
                    ratio(row.minOfCopy()),
                    ratio(row.medianOfCopy()),
                    Double.isNaN(row.c()) ? "" : number(row.c()),
                    row.allocatedBytes(),
                    row.bar());
        }
        out.flush();
    }

    private static String number(double speed) {
        return String.format(Locale.ROOT, "%.1f", speed);
    }

    private static String ratio(double ratio) {
        return String.format(Locale.ROOT, "%.2f", ratio);
    }

    /** Prints one document: {@code environment}, {@code notes}, and {@code results} with one object per line. */
    void json(List<KernelRow> rows) {
        ObjectMapper mapper = new ObjectMapper();
        out.print("{\"environment\": " + mapper.writeValueAsString(environment) + ",\n\"notes\": "
                + mapper.writeValueAsString(notes) + ",\n\"results\": [");
        String separator = "\n";
        for (KernelRow row : rows) {
            out.print(separator + mapper.writeValueAsString(row));
            separator = ",\n";
        }
        out.println("\n]}");
        out.flush();
    }
}
