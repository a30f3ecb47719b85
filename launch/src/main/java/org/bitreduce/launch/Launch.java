// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.launch;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.bitreduce.launch.hosts.RankHosts;
import org.bitreduce.launch.rank.Wire;

/**
 * What a way of starting ranks needs to know about the job at hand.
 *
 * @param job what to run
 * @param supervisor folder of the launcher's socket, private to the job
 * @param directory folder for what the ranks share, private to the job
 * @param members gets every process that is started
 * @param hosts where each rank runs
 */
public record Launch(Job job, Path supervisor, Path directory, Members members, RankHosts hosts) {

    /** {@return the java of this JVM} */
    public static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    /** {@return the class path of the ranks: the job's own in front of the launcher's} */
    public String classPath() {
        return classPath(job);
    }

    /**
     * {@return the class path of a job's ranks}
     *
     * @param job whose own is in front
     */
    static String classPath(Job job) {
        String own = System.getProperty("java.class.path");
        return job.classPath().isEmpty() ? own : job.classPath() + java.io.File.pathSeparator + own;
    }

    /**
     * {@return the flags of a JVM with ranks: the project's, the job's, and how to find the launcher}
     *
     * @param rank one of that JVM's
     * @param more further flags
     */
    public List<String> jvmFlags(int rank, String... more) {
        List<String> flags = new ArrayList<>(JvmFlags.all());
        flags.addAll(job.jvmFlags());
        flags.add("-D" + Wire.SUPERVISOR_PROPERTY + "=" + hosts.of(rank).supervisor());
        flags.add("-D" + Wire.MAIN_PROPERTY + "=" + job.mainClass());
        flags.addAll(List.of(more));
        return flags;
    }

    /** {@return all ranks of the job} */
    public List<Integer> allRanks() {
        return java.util.stream.IntStream.range(0, job.np()).boxed().toList();
    }
}
