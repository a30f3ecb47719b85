// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.launch.cli;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.bitreduce.launch.Job;
import org.bitreduce.launch.Via;
import picocli.CommandLine.Option;

/** The options of every command that starts ranks, to be mixed in. */
public final class JobOptions {

    @Option(
            names = "--via",
            paramLabel = "WAY",
            description = "How ranks are started: local:threads, local:processes, mpjrun:multicore, mpjrun:niodev or"
                    + " mpjrun:hybrid; default local:processes, for train mpjrun:multicore where MPJ Express is.")
    private String via;

    @Option(
            names = "--time-out",
            paramLabel = "SECONDS",
            defaultValue = "0",
            description = "End the job after so long with code 124; 0, the default, is never.")
    private double timeOut;

    @Option(
            names = "--jvm",
            paramLabel = "FLAG",
            description = "One more flag of the ranks' JVMs, such as --jvm=-Xmx1g; may be given again.")
    private List<String> jvmFlags = new ArrayList<>();

    /** Nothing is given yet. */
    public JobOptions() {}

    /**
     * {@return the way that is given}
     *
     * @param usual what it is if none is given
     */
    public Via via(Via usual) {
        return via == null ? usual : Via.parse(via);
    }

    /**
     * {@return the job with the time-out and the JVM flags that are given}
     *
     * @param job without either
     * @throws IllegalArgumentException if the time-out is negative
     */
    public Job applyTo(Job job) {
        return job.withJvmFlags(jvmFlags.toArray(String[]::new)).withTimeOut(Duration.ofNanos((long) (timeOut * 1e9)));
    }
}
