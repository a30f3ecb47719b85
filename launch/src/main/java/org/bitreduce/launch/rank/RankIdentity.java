// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.launch.rank;

/** Finds a rank's number where the ways to start ranks put it. */
final class RankIdentity {

    private RankIdentity() {}

    /**
     * {@return the rank: the system property {@code bitreduce.rank}, else what MPJ Express put before main's arguments}
     *
     * @param args of main
     * @throws IllegalStateException if nothing names a rank
     */
    static int rank(String[] args) {
        Integer property = Integer.getInteger("bitreduce.rank");
        if (property != null) {
            return property;
        }
        if (args.length >= 8 && args[2].equals("hybdev")) {
            return hybridRank(
                    Integer.parseInt(args[0]),
                    Integer.parseInt(args[3]),
                    Integer.parseInt(args[4]),
                    Integer.parseInt(args[5]));
        }
        if (args.length >= 3 && (args[2].equals("smpdev") || args[2].equals("niodev"))) {
            return Integer.parseInt(args[0]);
        }
        throw new IllegalStateException("nothing says which rank this is; start it by ./bitreduce run");
    }

    /**
     * {@return the rank of a thread of a JVM of the hybrid device, which deals ranks to JVMs as evenly as it goes, the
     * first ones getting one more}
     *
     * @param thread index in its JVM
     * @param total number of ranks
     * @param jvms number of JVMs
     * @param jvm index of the JVM
     */
    static int hybridRank(int thread, int total, int jvms, int jvm) {
        return jvm * (total / jvms) + Math.min(jvm, total % jvms) + thread;
    }
}
