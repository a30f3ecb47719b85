// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.launch;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * A program to be run as the ranks of a job. Immutable; each {@code with} method returns another job.
 *
 * <pre>{@code
 * JobResult result = Job.of(Via.LOCAL_PROCESSES, 4, Main.class.getName(), args).run();
 * return result.exitCode();
 * }</pre>
 *
 * @param via how ranks are started
 * @param np number of ranks, 1 to {@value #MAX_RANKS}
 * @param mainClass the class with {@code public static void main(String[])}
 * @param args arguments of every rank
 * @param classPath searched before the launcher's own class path; may be empty
 * @param jvmFlags more flags of the ranks' JVMs, each one word that begins with a dash
 * @param timeOut after which the job is ended; zero for none
 * @param mpjHome folder of MPJ Express, empty for that of the system property {@code bitreduce.mpj.home}
 * @param network how the ranks reach each other
 * @param grace how long the ranks may go on after a signal to the launcher, which they get as SIGTERM, before SIGKILL
 */
public record Job(
        Via via,
        int np,
        String mainClass,
        List<String> args,
        String classPath,
        List<String> jvmFlags,
        Duration timeOut,
        String mpjHome,
        Network network,
        Duration grace) {

    /** How long ranks may usually take to stop when the launcher is asked to. */
    public static final Duration USUAL_GRACE = Duration.ofSeconds(10);

    /** The largest number of ranks: that of a communicator. */
    public static final int MAX_RANKS = 64;

    /**
     * Checks the ranges and copies the lists.
     *
     * @throws IllegalArgumentException if a value is out of its range, naming it, or the network does not go with the way
     *     ranks are started
     */
    public Job {
        if (np < 1 || np > MAX_RANKS) {
            throw new IllegalArgumentException("number of ranks out of range: np=" + np + ", valid=1.." + MAX_RANKS
                    + " (a communicator has at most " + MAX_RANKS + " ranks)");
        }
        if (timeOut.isNegative()) {
            throw new IllegalArgumentException("time-out must not be negative: timeOut=" + timeOut);
        }
        if (grace.isNegative()) {
            throw new IllegalArgumentException("grace must not be negative: grace=" + grace);
        }
        for (String flag : jvmFlags) {
            if (!flag.startsWith("-")) {
                throw new IllegalArgumentException(
                        "a JVM flag begins with a dash and is one word (use the = form): jvmFlag=" + flag);
            }
        }
        network.check(via, np);
        args = List.copyOf(args);
        jvmFlags = List.copyOf(jvmFlags);
    }

    /**
     * Describes a job without time-out, on the launcher's own class path.
     *
     * @param via how ranks are started
     * @param np number of ranks, 1 to {@value #MAX_RANKS}
     * @param mainClass the class with the main method
     * @param args arguments of every rank
     * @return the job, not yet started
     */
    public static Job of(Via via, int np, String mainClass, String... args) {
        return new Job(
                via, np, mainClass, List.of(args), "", List.of(), Duration.ZERO, "", Network.DEFAULT, USUAL_GRACE);
    }

    /**
     * {@return this job with another time-out}
     *
     * @param limit after which the job is ended with code 124; zero for none
     */
    public Job withTimeOut(Duration limit) {
        return new Job(via, np, mainClass, args, classPath, jvmFlags, limit, mpjHome, network, grace);
    }

    /**
     * {@return this job with a class path in front of the launcher's own}
     *
     * @param path entries as in {@code java -cp}
     */
    public Job withClassPath(String path) {
        return new Job(via, np, mainClass, args, path, jvmFlags, timeOut, mpjHome, network, grace);
    }

    /**
     * {@return this job with more flags for the ranks' JVMs}
     *
     * @param flags each one word, such as {@code -Xmx1g} or {@code -Dname=value}
     */
    public Job withJvmFlags(String... flags) {
        List<String> more = new ArrayList<>(jvmFlags);
        Collections.addAll(more, flags);
        return new Job(via, np, mainClass, args, classPath, more, timeOut, mpjHome, network, grace);
    }

    /**
     * {@return this job with a folder of MPJ Express}
     *
     * @param folder with {@code lib/starter.jar}
     */
    public Job withMpjHome(String folder) {
        return new Job(via, np, mainClass, args, classPath, jvmFlags, timeOut, folder, network, grace);
    }

    /**
     * {@return this job with another network}
     *
     * @param other how the ranks reach each other
     */
    public Job withNetwork(Network other) {
        return new Job(via, np, mainClass, args, classPath, jvmFlags, timeOut, mpjHome, other, grace);
    }

    /**
     * {@return this job with another grace}
     *
     * @param patience how long the ranks may go on after a signal to the launcher
     */
    public Job withGrace(Duration patience) {
        return new Job(via, np, mainClass, args, classPath, jvmFlags, timeOut, mpjHome, network, patience);
    }

    /**
     * Runs the job to its end. With mpirun and srun the ranks' output goes where those send it, and the result knows no
     * ranks; else the ranks' output goes to standard output and standard error, each line with its rank in
     * front. When one rank fails all are ended. Nothing of the job is left behind. A signal that ends the launcher ends
     * the ranks first.
     *
     * @return how it ended; a failure of a rank is a result, not an exception
     * @throws LaunchException if the job cannot be started
     */
    public JobResult run() {
        return via.isForeign() ? new ForeignRunner(this).run() : new JobRunner(this, RankConsole.standard()).run();
    }
}
