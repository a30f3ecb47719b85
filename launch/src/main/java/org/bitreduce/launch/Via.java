// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.launch;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.bitreduce.text.Names;

/** The ways to start ranks. */
public enum Via {
    /** Ranks are threads of one JVM and share its statics. */
    LOCAL_THREADS("local:threads"),
    /** Ranks are processes of this host. */
    LOCAL_PROCESSES("local:processes"),
    /** MPJ Express, one JVM, ranks are threads with class loaders of their own. */
    MPJRUN_MULTICORE("mpjrun:multicore"),
    /** MPJ Express, ranks are processes that talk by TCP. */
    MPJRUN_NIODEV("mpjrun:niodev"),
    /** MPJ Express, several JVMs with several ranks each. */
    MPJRUN_HYBRID("mpjrun:hybrid"),
    /** An MPI library's mpirun, ranks are processes, on one host or several. */
    MPIRUN("mpirun"),
    /** Slurm's srun, ranks are tasks of a job step, on one host or several. */
    SRUN("srun");

    private final String text;

    Via(String text) {
        this.text = text;
    }

    /**
     * Reads the value of {@code --via}.
     *
     * @param text one of the names; {@code local} is short for {@code local:processes}, {@code mpjrun} for {@code
     *     mpjrun:multicore}
     * @return the way it names
     * @throws IllegalArgumentException if it names none; the message has the nearest and all valid ones
     */
    public static Via parse(String text) {
        String name = text.toLowerCase(Locale.ROOT);
        if (name.equals("local")) {
            return LOCAL_PROCESSES;
        }
        if (name.equals("mpjrun")) {
            return MPJRUN_MULTICORE;
        }
        for (Via via : values()) {
            if (via.text.equals(name)) {
                return via;
            }
        }
        List<String> known = name.contains(":")
                ? Arrays.stream(values()).map(Via::toString).toList()
                : List.of("local", "mpjrun", "mpirun", "srun");
        throw new IllegalArgumentException("unknown way to start ranks: via=" + text + "; did you mean "
                + Names.nearest(text, known) + "? Valid are " + names());
    }

    /** {@return whether MPJ Express starts the ranks} */
    public boolean needsMpj() {
        return text.startsWith("mpjrun");
    }

    /** {@return whether mpirun or srun starts the ranks, so that this launcher does not know them} */
    boolean isForeign() {
        return this == MPIRUN || this == SRUN;
    }

    /** {@return all names, joined by commas} */
    public static String names() {
        return Arrays.stream(values()).map(Via::toString).collect(Collectors.joining(", "));
    }

    /** {@return the name as on the command line} */
    @Override
    public String toString() {
        return text;
    }
}
