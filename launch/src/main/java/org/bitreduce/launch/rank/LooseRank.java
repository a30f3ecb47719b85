// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.launch.rank;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.bitreduce.TransportException;
import org.bitreduce.join.ForeignRank;
import org.bitreduce.launch.ExitCode;
import org.bitreduce.launch.Signals;
import org.bitreduce.launch.Via;
import org.bitreduce.transport.shm.Host;

/**
 * The main class of a rank that mpirun or srun starts: nobody listens to it but them, so it prints what it has to say and
 * tells its end by its exit code, the same codes as under {@code ./bitreduce run}.
 *
 * <p>But srun returns the greatest code of all ranks. So where no launcher of ours reads what ranks say, those that only
 * complain of another rank end with the least code there is, and the greatest is that of the rank that failed.
 */
public final class LooseRank {

    /** How long a rank that srun ends may take to find out that another one is the reason. */
    private static final long FINDS_OUT_MILLIS = 1_000;

    private static final int TERMINATED = ExitCode.SIGNAL + 15;

    private LooseRank() {}

    /**
     * Runs the class named by the system property {@code bitreduce.main}.
     *
     * @param args passed on untouched
     */
    public static void main(String[] args) {
        Optional<ForeignRank> self;
        try {
            self = ForeignRank.find(System.getenv());
        } catch (TransportException e) {
            System.err.println("bitreduce: this process on host " + Host.NAME + ": " + e.getMessage());
            System.exit(ExitCode.INPUT_OUTPUT);
            return;
        }
        boolean greatestCounts =
                self.filter(rank -> rank.launcher().equals(Via.SRUN.toString())).isPresent() && !LooseEnds.areRead();
        CompletableFuture<Ending> over = new CompletableFuture<>();
        if (greatestCounts) {
            Signals.handle("TERM", () -> System.exit(codeWhenTerminated(over)));
        }
        String who = self.map(rank -> "rank " + rank.rank()).orElse("this rank");
        Ending ending = RankProgram.run(who, System.getProperty(Wire.MAIN_PROPERTY), args);
        boolean failed = ending.code() != ExitCode.OK;
        if (failed) {
            tell(self, who, ending);
        }
        over.complete(ending); // a signal ends this process from here on
        if (failed) {
            System.exit(greatestCounts ? code(ending) : ending.code()); // others may wait, threads keep the JVM up
        }
    }

    private static void tell(Optional<ForeignRank> self, String who, Ending ending) {
        String words = switch (ending.end()) {
            case REFUSAL -> ending.reason();
            case FAILURE -> "%s (host %s) failed: %s".formatted(who, Host.NAME, ending.reason());
            case RETURNED, EXCEPTION, CONSEQUENCE, EXIT -> "";
        };
        if (self.isPresent() && LooseEnds.areRead()) {
            LooseEnds.tell(self.get().rank(), ending.code(), words);
        } else if (!words.isEmpty()) {
            System.err.println("bitreduce: " + words);
        }
    }

    /** {@return the code of a rank whose launcher returns the greatest} */
    private static int code(Ending ending) {
        return ending.end() == End.CONSEQUENCE ? ExitCode.EXCEPTION : ending.code();
    }

    /**
     * {@return the code of such a rank when it has been told to end: its own, if its main fails by itself or finds out soon
     * why all are to end}
     *
     * @param over how its main ends; it may still run
     */
    static int codeWhenTerminated(CompletableFuture<Ending> over) {
        try {
            int code = code(over.get(FINDS_OUT_MILLIS, TimeUnit.MILLISECONDS));
            return code == ExitCode.OK ? TERMINATED : code;
        } catch (TimeoutException | ExecutionException | InterruptedException e) {
            return TERMINATED;
        }
    }
}
