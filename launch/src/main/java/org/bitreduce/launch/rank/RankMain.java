// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.launch.rank;

import org.bitreduce.launch.ExitCode;

/** The main class of every rank that is a process, or a thread started by MPJ Express; calls the user's main. */
public final class RankMain {

    private RankMain() {}

    /**
     * Runs the class named by the system property {@code bitreduce.main}.
     *
     * @param args passed on untouched
     */
    public static void main(String[] args) {
        boolean sharesJvm = args.length >= 3 && (args[2].equals("smpdev") || args[2].equals("hybdev"));
        RankThreads threads = sharesJvm ? RankThreads.ofCaller() : RankThreads.all();
        RankSession session = RankSession.open(RankIdentity.rank(args), threads);
        int code = session.run(args);
        if (sharesJvm) {
            return;
        }
        if (code != ExitCode.OK) {
            System.exit(code); // other threads, such as those of MPJ Express, would keep the JVM up
        }
        session.close();
    }
}
