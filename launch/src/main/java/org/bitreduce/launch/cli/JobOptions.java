// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.launch.cli;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bitreduce.launch.Job;
import org.bitreduce.launch.Network;
import org.bitreduce.launch.Via;
import org.bitreduce.launch.hosts.Machines;
import org.bitreduce.launch.rank.RankProgram;
import org.bitreduce.transport.TransportKind;
import picocli.CommandLine.Option;

/** The options of every command that starts ranks, to be mixed in. */
public final class JobOptions {

    @Option(
            names = "--via",
            paramLabel = "WAY",
            description =
                    "How ranks are started: local:threads, local:processes, mpjrun:multicore, mpjrun:niodev,"
                            + " mpjrun:hybrid, mpirun or srun; default local:processes, for train mpjrun:multicore where MPJ Express is.")
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
                    "What carries messages: auto, shared-memory, tcp, shared-memory+tcp or mpj. By default shared memory"
                            + " where all ranks are on this host, else TCP, with shared memory between ranks that turn"
                            + " out to share a host while others do not; mpj only with mpjrun:niodev and"
                            + " mpjrun:hybrid.")
    private String transport = "auto";

    @Option(
            names = "--host-command",
            paramLabel = "COMMAND",
            defaultValue = "",
            description =
                    "Put before each rank's command with local:processes, to run it on another host that shares this"
                            + " one's files; %%r is the rank, %%h its host, see --ranks-per-host. Example: --host-command 'ip netns exec"
                            + " host%%h'")
    private String hostCommand = "";

    @Option(
            names = "--ranks-per-host",
            paramLabel = "R",
            defaultValue = "1",
            description = "Ranks 0 to R-1 are on host 0, the next R on host 1, and so on, for %%h; default 1.")
    private int ranksPerHost = 1;

    @Option(
            names = "--starter",
            paramLabel = "COMMAND",
            defaultValue = "",
            description = "With --via mpirun or srun: the command with options of its own in place of the one on the"
                    + " PATH. Example: --starter 'mpirun --hostfile hosts -x BITREDUCE_SECRET -x BITREDUCE_MEET'")
    private String starter = "";

    @Option(
            names = "--machines",
            paramLabel = "FILE",
            description =
                    "Run the ranks on the hosts of this file, with local:processes, mpjrun:niodev or mpjrun:hybrid:"
                            + " one per line, as name, name:slots or name slots=N; the first ranks go to the first host. This"
                            + " folder and JDK must be there at the same paths.")
    private Path machines;

    @Option(
            names = "--remote-shell",
            paramLabel = "COMMAND",
            defaultValue = Machines.USUAL_SHELL,
            description =
                    "With --machines: how a command is run on a host, which stands for {host}; default ssh, which must"
                            + " not ask for a password.")
    private String remoteShell = Machines.USUAL_SHELL;

    @Option(
            names = "--address",
            paramLabel = "IP",
            defaultValue = "127.0.0.1",
            description =
                    "Address of this host where ranks meet that talk by TCP; default 127.0.0.1, with --machines the one that"
                            + " leads to them.")
    private String address = "127.0.0.1";

    @Option(
            names = "--grace",
            paramLabel = "SECONDS",
            defaultValue = "10",
            description = "How long ranks may take to save their work and stop after Ctrl-C or SIGTERM; default 10.")
    private double grace = 10;

    @Option(
            names = "--trace",
            description = "Print the Java stack trace of every failure, also of those that one line tells.")
    private boolean trace;

    /** Seconds of a day. */
    private static final int MOST_GRACE = 86_400;

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
        if (!(grace >= 0 && grace <= MOST_GRACE)) {
            throw new IllegalArgumentException("--grace must be from 0 to %d: grace=%s".formatted(MOST_GRACE, grace));
        }
        List<String> flags = new ArrayList<>(jvmFlags);
        if (trace) {
            flags.add("-D" + RankProgram.TRACE_PROPERTY + "=true");
        }
        return job.withJvmFlags(flags.toArray(String[]::new))
                .withTimeOut(Duration.ofNanos((long) (timeOut * 1e9)))
                .withGrace(Duration.ofNanos((long) (grace * 1e9)))
                .withNetwork(new Network(
                        TransportKind.parse(transport), hostCommand, starter, address, ranksPerHost, machines()));
    }

    private Machines machines() {
        return machines == null ? new Machines(Map.of(), remoteShell) : Machines.read(machines, remoteShell);
    }
}
