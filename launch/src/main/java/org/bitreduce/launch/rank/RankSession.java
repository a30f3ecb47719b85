// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.launch.rank;

import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import org.bitreduce.launch.ExitCode;

/** One rank, from its introduction to the launcher to the end of its main. */
final class RankSession {

    private final int rank;
    private final SupervisorLink link;
    private final RankStreams streams;
    private final ExitWatch exitWatch;
    private final AtomicBoolean done = new AtomicBoolean();

    private RankSession(int rank, SupervisorLink link, RankThreads threads) {
        this.rank = rank;
        this.link = link;
        streams = RankStreams.install(link, threads);
        exitWatch = ExitWatch.install(threads, code -> finish(End.EXIT, code, exitReason(code)));
    }

    /**
     * Connects to the launcher; from now on the rank's output goes there.
     *
     * @param rank this rank
     * @param threads of this rank
     * @return the session
     */
    static RankSession open(int rank, RankThreads threads) {
        Path directory = Path.of(System.getProperty(Wire.SUPERVISOR_PROPERTY));
        return new RankSession(rank, SupervisorLink.connect(directory, rank), threads);
    }

    /**
     * Runs the user's main.
     *
     * @param args passed on untouched
     * @return the exit code it stands for; the launcher knows it already
     */
    int run(String[] args) {
        Ending ending = RankProgram.run("rank " + rank, System.getProperty(Wire.MAIN_PROPERTY), args);
        finish(ending.end(), ending.code(), ending.reason());
        return ending.code();
    }

    /** Lets what is printed from now on pass as the JVM's output; for a rank that has a JVM of its own. */
    void close() {
        streams.uninstall();
    }

    private void finish(End end, int code, String reason) {
        streams.flush();
        if (done.compareAndSet(false, true)) {
            link.sendDone(end, code, reason);
            exitWatch.remove();
        }
    }

    private static String exitReason(int code) {
        // the JVM handles SIGTERM and its like by exiting in a thread of this name
        boolean signal = Thread.currentThread().getName().matches("SIG[A-Z]+ handler");
        return signal ? ExitCode.describe(code) : "called System.exit(" + code + ")";
    }
}
