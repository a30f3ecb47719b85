// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.launch.rank;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bitreduce.launch.ExitCode;

/**
 * The ends of ranks that mpirun or srun has started, as far as lines on its standard error tell them, in the order in which they
 * came. Its own exit code does not do: MPICH's mpiexec and Open MPI's mpirun return codes of their own once they have been
 * signalled, MPICH's even 0, and srun returns the greatest of its tasks' codes, those included that it has killed because
 * another one failed. So ranks say how they end, and srun says it of those that are killed or call {@code System.exit}.
 * Thread-safe.
 */
public final class LooseEnds {

    /** System property of a rank's JVM: whether its launcher reads such lines. */
    public static final String PROPERTY = "bitreduce.tell-end";

    /** Not at the beginning of a line, where there may be {@link #LABEL}, or a line that the rank had begun. */
    private static final Pattern LINE =
            Pattern.compile("bitreduce: rank (\\d{1,9}) ends with code (\\d{1,3})(?:: (.*))?$");

    /** What mpirun and srun may put in front of a rank's line: {@code [1,0]<stderr>: }, {@code [0] } or {@code 0: }. */
    private static final Pattern LABEL = Pattern.compile("(\\[[\\d,]+](<\\w+>:?)?|\\d+:)?\\s*");

    private static final Pattern SRUN = Pattern.compile(
            "srun: error: \\S+: tasks? (\\d{1,9})[-,0-9]*: (?:Exited with exit code (\\d{1,3})|([A-Za-z ]+?)(?: \\(core dumped\\))?)$");

    /** What srun calls signals that kill a task: the C library's words, and one of its own. */
    private static final Map<String, Integer> SIGNALS = Map.of(
            "Illegal instruction", 4,
            "Aborted", 6,
            "Bus error", 7,
            "Floating point exception", 8,
            "Killed", 9,
            "Out Of Memory", 9,
            "Segmentation fault", 11);

    /** No rank's own failure: it complains of another one, has stopped in good order, or has been ended with the others. */
    private static final Set<Integer> CONSEQUENCES =
            Set.of(ExitCode.OK, ExitCode.RANK_FAILED, ExitCode.RESUME_LATER, ExitCode.SIGNAL + 15);

    private final Map<Integer, Cause> causes = new LinkedHashMap<>();

    /** Nothing has been said yet. */
    public LooseEnds() {}

    /** {@return whether the launcher of this rank reads what {@link #tell} says} */
    static boolean areRead() {
        return Boolean.getBoolean(PROPERTY);
    }

    /**
     * Says how this rank ends.
     *
     * @param rank this one
     * @param code it ends with
     * @param words for people, one line; may be empty
     */
    static void tell(int rank, int code, String words) {
        String detail = words.isEmpty() ? "" : ": " + words;
        System.err.print("bitreduce: rank %d ends with code %d%s%n".formatted(rank, code, detail)); // in one piece
        System.err.flush();
    }

    /**
     * Reads a line of the launcher's standard error.
     *
     * @param line without its end
     * @return what of it is for people and not for this program; null if nothing is
     */
    public synchronized String read(String line) {
        Matcher own = LINE.matcher(line);
        if (own.find()) {
            int rank = Integer.parseInt(own.group(1));
            causes.put(rank, new Cause(rank, Integer.parseInt(own.group(2)), own.group(3) == null ? "" : own.group(3)));
            String before = line.substring(0, own.start());
            return LABEL.matcher(before).matches() ? null : before;
        }
        Matcher srun = SRUN.matcher(line);
        if (srun.matches()) {
            Integer code = srun.group(2) != null ? Integer.valueOf(srun.group(2)) : killed(srun.group(3));
            if (code != null) {
                int rank = Integer.parseInt(srun.group(1));
                causes.putIfAbsent(rank, new Cause(rank, code, ""));
            }
        }
        return line;
    }

    private static Integer killed(String signal) {
        Integer number = SIGNALS.get(signal);
        return number == null ? null : Integer.valueOf(ExitCode.SIGNAL + number);
    }

    /**
     * A rank that failed by itself.
     *
     * @param rank its number
     * @param code its exit code, 128 plus the number of a signal that killed it
     * @param words that it said itself; empty if it could not
     */
    public record Cause(int rank, int code, String words) {

        /** {@return a line for people} */
        @Override
        public String toString() {
            return words.isEmpty() ? "rank %d %s; the job was stopped".formatted(rank, ExitCode.describe(code)) : words;
        }
    }

    /** {@return the rank that failed first, of those that did not fail because of others} */
    public synchronized Optional<Cause> cause() {
        return causes.values().stream()
                .filter(end -> !CONSEQUENCES.contains(end.code()))
                .findFirst();
    }

    /**
     * {@return the exit code of a job}
     *
     * @param launcher exit code of mpirun or srun
     * @param ranks number of ranks
     */
    public synchronized int jobCode(int launcher, int ranks) {
        boolean stopped =
                causes.size() == ranks && causes.values().stream().allMatch(end -> end.code() == ExitCode.RESUME_LATER);
        if (stopped) {
            return ExitCode.RESUME_LATER;
        }
        Optional<Cause> cause = cause();
        if (cause.isPresent()) {
            return cause.get().code();
        }
        return launcher != ExitCode.OK || causes.isEmpty() ? launcher : ExitCode.RANK_FAILED; // not all have stopped
    }
}
