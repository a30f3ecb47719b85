// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.peers;

import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** The MPI libraries that are measured, and how each is found, compiled against and started. */
public enum MpiFamily {
    /** Open MPI. */
    OPEN_MPI(
            "open-mpi",
            Pattern.compile("Open ?MPI|OpenRTE|PRRTE"),
            List.of("openmpi-bin"),
            List.of("libopenmpi-dev"),
            new String[] {"mpicc.openmpi", "mpicc"},
            new String[] {"mpirun.openmpi", "mpirun"},
            "orterun",
            "libmpi.so."),
    /** MPICH. */
    MPICH(
            "mpich",
            Pattern.compile("HYDRA|MPICH"),
            List.of("mpich"),
            List.of("libmpich-dev"),
            new String[] {"mpicc.mpich", "mpicc"},
            new String[] {"mpiexec.hydra", "mpirun.mpich", "mpirun"},
            "mpiexec.hydra",
            "libmpich.so.");

    private final String label;
    private final Pattern version;

    @SuppressWarnings("ImmutableEnumChecker") // made by List.of
    private final List<String> programs;

    @SuppressWarnings("ImmutableEnumChecker") // made by List.of
    private final List<String> headers;

    @SuppressWarnings("ImmutableEnumChecker") // never handed out
    private final String[] compilers;

    @SuppressWarnings("ImmutableEnumChecker") // never handed out
    private final String[] launchers;

    private final String packagedLauncher;
    private final String library;

    MpiFamily(
            String label,
            Pattern version,
            List<String> programs,
            List<String> headers,
            String[] compilers,
            String[] launchers,
            String packagedLauncher,
            String library) {
        this.label = label;
        this.version = version;
        this.programs = programs;
        this.headers = headers;
        this.compilers = compilers;
        this.launchers = launchers;
        this.packagedLauncher = packagedLauncher;
        this.library = library;
    }

    /** {@return what the command line and reports call it} */
    public String label() {
        return label;
    }

    /** {@return whether a launcher's {@code --version} is of this family} */
    boolean isVersion(String text) {
        return version.matcher(text).find();
    }

    /** {@return Debian's packages with the launcher} */
    List<String> programs() {
        return programs;
    }

    /** {@return Debian's packages with the headers} */
    List<String> headers() {
        return headers;
    }

    /** {@return names of its compiler where it is installed, the surest first} */
    String[] compilers() {
        return compilers.clone();
    }

    /** {@return names of its launcher where it is installed, the surest first} */
    String[] launchers() {
        return launchers.clone();
    }

    /** {@return the launcher's file name in Debian's package} */
    String packagedLauncher() {
        return packagedLauncher;
    }

    /** {@return what the shared library's file name begins with} */
    String library() {
        return library;
    }

    /** {@return environment variables that keep it quiet and let it run as root, as in a container} */
    Map<String, String> quiet() {
        return switch (this) {
            case OPEN_MPI -> Map.of("OMPI_ALLOW_RUN_AS_ROOT", "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM", "1");
            case MPICH -> Map.of("UCX_WARN_UNUSED_ENV_VARS", "n");
        };
    }
}
