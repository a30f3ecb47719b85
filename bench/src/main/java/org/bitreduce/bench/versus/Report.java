// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.versus;

import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.bitreduce.bench.OutputFile;

/** Where rows go: to a file in the format asked for, with a table on the screen, or to the screen alone. */
final class Report implements AutoCloseable {

    private final List<VersusOutput> outputs = new ArrayList<>();
    private final List<VersusRow> rows = new ArrayList<>();
    private final PrintStream file;
    private boolean oneHost;

    private Report(String format, PrintStream file) {
        this.file = file;
        if (file == null) {
            outputs.add(VersusOutput.of(format).apply(System.out));
        } else {
            outputs.add(VersusOutput.of(format).apply(file));
            outputs.add(new VersusText(System.out));
        }
    }

    /**
     * Opens a report.
     *
     * @param format one of {@link VersusOutput#FORMATS}
     * @param out file, overwritten, or null for the screen alone
     */
    static Report to(String format, Path out) throws IOException {
        VersusOutput.of(format); // a wrong name leaves no file
        if (out == null) {
            return new Report(format, null);
        }
        return new Report(format, OutputFile.open(out));
    }

    /**
     * Writes what comes first.
     *
     * @param run all but the rows
     */
    void begin(Run run) {
        oneHost = run.link().isEmpty();
        outputs.forEach(output -> output.begin(run));
    }

    /**
     * Writes the rows of one size.
     *
     * @param some of all sides
     */
    void size(List<VersusRow> some) {
        rows.addAll(some);
        outputs.forEach(output -> output.size(some));
    }

    /**
     * Writes what comes last.
     *
     * @param bars table of what is wanted, or empty
     */
    void end(List<Bar> bars) {
        double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
        // Over hosts the times have the links' in them.
        List<BreakEven> evens = oneHost ? BreakEven.of(rows) : List.of();
        outputs.forEach(output -> output.end(evens, bars, load));
    }

    /** {@return all rows so far} */
    List<VersusRow> rows() {
        return List.copyOf(rows);
    }

    /** {@return elements that are wrong, in all rows} */
    long wrong() {
        return rows.stream().mapToLong(VersusRow::wrong).sum();
    }

    @Override
    public void close() {
        if (file != null) {
            file.close();
        }
    }
}
