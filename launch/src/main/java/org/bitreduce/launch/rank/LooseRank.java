// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.launch.rank;

import java.util.Optional;
import org.bitreduce.join.ForeignRank;
import org.bitreduce.launch.ExitCode;

/**
 * The main class of a rank that mpirun or srun starts: nobody listens to it but them, so it prints what it has to say and
 * tells its end by its exit code, the same codes as under {@code ./bitreduce run}.
 */
public final class LooseRank {

    private LooseRank() {}

    /**
     * Runs the class named by the system property {@code bitreduce.main}.
     *
     * @param args passed on untouched
     */
    public static void main(String[] args) {
        Optional<ForeignRank> self = ForeignRank.find(System.getenv());
        String who = self.map(rank -> "rank " + rank.rank()).orElse("this rank");
        int code = RankSession.runMain(who, System.getProperty(Wire.MAIN_PROPERTY), args);
        if (code != ExitCode.OK) {
            self.ifPresent(rank -> LooseEnds.tell(rank.rank(), code));
            System.exit(code); // others may wait for this rank, and threads of its own keep the JVM up
        }
    }
}
