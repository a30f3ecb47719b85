// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench;

import java.io.PrintStream;
import java.util.EnumSet;
import java.util.Set;
import org.bitreduce.text.Names;

/** A way to write rows. */
enum RowFormat {
    /** A table for people. */
    TEXT(TextOutput::new, EnumSet.noneOf(Collective.class)),
    /** The OSU micro-benchmarks' tables with average, minimum and maximum. */
    OSU((out, environment, plan) -> new OsuOutput(out, plan, OsuOutput.Columns.FULL), EnumSet.of(Collective.CODEC)),
    /** The OSU micro-benchmarks' tables with tail latencies. */
    OSU_TAIL(
            (out, environment, plan) -> new OsuOutput(out, plan, OsuOutput.Columns.TAIL), EnumSet.of(Collective.CODEC)),
    /** The tables of nccl-tests. */
    NCCL((out, environment, plan) -> new NcclOutput(out, plan), EnumSet.of(Collective.CODEC, Collective.BARRIER)),
    /** Comma-separated values. */
    CSV(CsvOutput::new, EnumSet.noneOf(Collective.class)),
    /** One document. */
    JSON(JsonOutput::new, EnumSet.noneOf(Collective.class));

    @SuppressWarnings("ImmutableEnumChecker") // constructor references
    private final Factory factory;

    @SuppressWarnings("ImmutableEnumChecker") // never written
    private final Set<Collective> unknown;

    RowFormat(Factory factory, Set<Collective> unknown) {
        this.factory = factory;
        this.unknown = unknown;
    }

    /** Makes outputs. */
    @FunctionalInterface
    private interface Factory {
        Output output(PrintStream out, Environment environment, BenchPlan plan);
    }

    /**
     * Begins to write.
     *
     * @param out not closed
     * @param environment of the run
     * @param plan of the run
     * @return takes the rows
     */
    Output output(PrintStream out, Environment environment, BenchPlan plan) {
        return factory.output(out, environment, plan);
    }

    /**
     * {@return the format of a name}
     *
     * @param name as on the command line
     * @param collective what is going to be written
     * @throws IllegalArgumentException if there is no such format, or none for that
     */
    static RowFormat of(String name, Collective collective) {
        RowFormat format = Names.parse(RowFormat.class, "format", name);
        if (format.unknown.contains(collective)) {
            throw new IllegalArgumentException(
                    "the programs whose shape this is have no such benchmark: format=%s, collective=%s; take text, csv or json"
                            .formatted(name, collective.label()));
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
