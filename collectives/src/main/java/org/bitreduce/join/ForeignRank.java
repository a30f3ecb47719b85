// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.join;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bitreduce.TransportException;

/**
 * Who this process is among those that mpirun or srun has started, as they tell by environment variables. Immutable.
 *
 * @param launcher for messages, such as {@code Open MPI's mpirun}
 * @param rank 0 to {@code size - 1}
 * @param size number of ranks, at least 1
 * @param oneHost whether all ranks are known to run on this host
 * @param firstHost name of rank 0's host, empty if the environment does not tell
 * @param job names the job, the same on all ranks; empty if the environment does not tell
 */
public record ForeignRank(String launcher, int rank, int size, boolean oneHost, String firstHost, String job) {

    /**
     * Where a launcher puts what. A launcher may be started by another, so the order of the list counts: the inner one
     * comes first.
     *
     * @param ranksHere variable with the number of ranks on this host, or of hosts if {@code countsHosts}
     */
    private record Dialect(
            String launcher, String rank, String size, String ranksHere, boolean countsHosts, List<String> job) {}

    private static final Dialect MPIEXEC =
            new Dialect("mpiexec (PMI)", "PMI_RANK", "PMI_SIZE", "MPI_LOCALNRANKS", false, List.of("PMI_JOBID"));

    // Not SLURM_NTASKS, which stands in the environment of a job's script too.
    private static final Dialect SRUN = new Dialect(
            "srun",
            "SLURM_PROCID",
            "SLURM_STEP_NUM_TASKS",
            "SLURM_STEP_NUM_NODES",
            true,
            List.of("SLURM_JOB_ID", "SLURM_STEP_ID", "SLURM_RESTART_COUNT"));

    private static final List<Dialect> DIALECTS = List.of(
            new Dialect(
                    "Open MPI's mpirun",
                    "OMPI_COMM_WORLD_RANK",
                    "OMPI_COMM_WORLD_SIZE",
                    "OMPI_COMM_WORLD_LOCAL_SIZE",
                    false,
                    List.of("PMIX_NAMESPACE", "OMPI_MCA_ess_base_jobid")),
            MPIEXEC,
            SRUN);

    /**
     * Looks for what a launcher says.
     *
     * @param environment of this process
     * @return this rank, or nothing if the process was started by none of the launchers that are known
     * @throws TransportException if a launcher says something that makes no sense; names variable and value
     */
    public static Optional<ForeignRank> find(Map<String, String> environment) {
        return DIALECTS.stream()
                .filter(dialect -> environment.containsKey(dialect.rank) && environment.containsKey(dialect.size))
                .filter(dialect -> !(dialect.equals(MPIEXEC) && isSlurmsOwn(environment)))
                .findFirst()
                .map(dialect -> read(dialect, environment));
    }

    /** {@return whether it is srun that has set the PMI variables, as with {@code --mpi=pmi2}, and no mpiexec below it} */
    private static boolean isSlurmsOwn(Map<String, String> environment) {
        return !environment.containsKey(MPIEXEC.ranksHere)
                && environment.containsKey(SRUN.rank)
                && environment.get(MPIEXEC.size).equals(environment.get(SRUN.size));
    }

    private static ForeignRank read(Dialect dialect, Map<String, String> environment) {
        int size = number(dialect.size, environment.get(dialect.size), 1, Integer.MAX_VALUE);
        int rank = number(dialect.rank, environment.get(dialect.rank), 0, size - 1);
        String counted = environment.get(dialect.ranksHere);
        boolean oneHost = counted != null
                && number(dialect.ranksHere, counted, 1, Integer.MAX_VALUE) == (dialect.countsHosts ? 1 : size);
        StringBuilder job = new StringBuilder();
        for (String part : dialect.job) {
            job.append(environment.containsKey(part) ? "/" + environment.get(part) : "");
        }
        String nodes =
                environment.getOrDefault("SLURM_STEP_NODELIST", environment.getOrDefault("SLURM_JOB_NODELIST", ""));
        String first = dialect.countsHosts ? firstNode(nodes) : "";
        return new ForeignRank(dialect.launcher, rank, size, oneHost, first, job.toString());
    }

    private static int number(String name, String text, int least, int most) {
        try {
            int value = Integer.parseInt(text.strip());
            if (value >= least && value <= most) {
                return value;
            }
        } catch (NumberFormatException e) {
            // told below
        }
        throw new TransportException("%s=%s: must be a number from %d to %d, from the launcher of this process"
                .formatted(name, text, least, most));
    }

    /**
     * {@return the first host of a list as Slurm writes it}
     *
     * @param nodes such as {@code node[07-09,12],login}; every bracket stands for its first number
     */
    static String firstNode(String nodes) {
        StringBuilder first = new StringBuilder();
        boolean inside = false;
        boolean skip = false;
        for (int i = 0; i < nodes.length(); i++) {
            char c = nodes.charAt(i);
            if (c == '[') {
                inside = true;
            } else if (c == ']') {
                inside = false;
                skip = false;
            } else if (!inside && c == ',') {
                break;
            } else {
                skip |= inside && (c == '-' || c == ',');
                if (!skip) {
                    first.append(c);
                }
            }
        }
        return first.toString();
    }
}
