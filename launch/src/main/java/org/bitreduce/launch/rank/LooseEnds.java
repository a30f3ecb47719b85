// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.launch.rank;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bitreduce.launch.ExitCode;

/**
 * How ranks that mpirun or srun has started say their ends, as lines on their standard error: MPICH's mpiexec and Open MPI's
 * mpirun return codes of their own once they have been signalled, MPICH's even 0. Thread-safe.
 */
public final class LooseEnds {

    /** System property of a rank's JVM: whether its launcher reads such lines. */
    public static final String PROPERTY = "bitreduce.tell-end";

    // not at the beginning of a line, where mpirun and srun may put the rank's number
    private static final Pattern LINE = Pattern.compile("bitreduce: rank (\\d{1,9}) ends with code (\\d{1,3})$");

    private final Map<Integer, Integer> codes = new ConcurrentHashMap<>();

    /** Nothing has been said yet. */
    public LooseEnds() {}

    /** Says how this rank ends, if its launcher wants to know. */
    static void tell(int rank, int code) {
        if (Boolean.getBoolean(PROPERTY)) {
            System.err.print("bitreduce: rank %d ends with code %d%n".formatted(rank, code)); // in one piece
            System.err.flush();
        }
    }

    /**
     * Reads a line of the ranks' standard error.
     *
     * @param line without its end
     * @return whether it was for the launcher, and not for people
     */
    public boolean read(String line) {
        Matcher match = LINE.matcher(line);
        if (!match.find()) {
            return false;
        }
        codes.put(Integer.parseInt(match.group(1)), Integer.parseInt(match.group(2)));
        return true;
    }

    /**
     * {@return the exit code of a job}
     *
     * @param launcher exit code of mpirun or srun
     * @param ranks number of ranks
     */
    public int jobCode(int launcher, int ranks) {
        boolean stopped =
                codes.size() == ranks && codes.values().stream().allMatch(code -> code == ExitCode.RESUME_LATER);
        if (stopped) {
            return ExitCode.RESUME_LATER;
        }
        if (launcher != ExitCode.OK) {
            return launcher;
        }
        return codes.values().stream()
                .filter(code -> code != ExitCode.RESUME_LATER)
                .findFirst()
                .orElse(codes.isEmpty() ? ExitCode.OK : ExitCode.RANK_FAILED); // not all have stopped
    }
}
