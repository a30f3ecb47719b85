// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.launch.cli;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.bitreduce.launch.Job;
import org.bitreduce.launch.Network;
import org.bitreduce.launch.Via;
import org.bitreduce.transport.TransportKind;
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

    @Option(
            names = "--transport",
            paramLabel = "KIND",
            defaultValue = "auto",
            description =
                    "What carries messages: auto, shared-memory, tcp or mpj. By default shared memory where all ranks"
                            + " are on this host, else TCP; mpj only with mpjrun:niodev and mpjrun:hybrid.")
    private String transport = "auto";

    @Option(
            names = "--host-command",
            paramLabel = "COMMAND",
            defaultValue = "",
            description =
                    "Put before each rank's command with local:processes, to run it on another host that shares this"
                            + " one's files; %%r is the rank. Example: --host-command 'ip netns exec host%%r'")
    private String hostCommand = "";

    @Option(
            names = "--address",
            paramLabel = "IP",
            defaultValue = "127.0.0.1",
            description = "Address of this host where ranks meet that talk by TCP; default 127.0.0.1.")
    private String address = "127.0.0.1";

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
     * Adds a flag to those that are given.
     *
     * @param flag of the ranks' JVMs
     */
    public void addJvmFlag(String flag) {
        jvmFlags.add(flag);
    }

    /**
     * {@return the job with the time-out, the JVM flags and the network that are given}
     *
     * @param job without any
     * @throws IllegalArgumentException if one of them is wrong, or does not go with the way ranks are started
     */
    public Job applyTo(Job job) {
        return job.withJvmFlags(jvmFlags.toArray(String[]::new))
                .withTimeOut(Duration.ofNanos((long) (timeOut * 1e9)))
                .withNetwork(new Network(TransportKind.parse(transport), hostCommand, address));
    }
}
