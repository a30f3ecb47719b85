// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.launch.mpj;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.bitreduce.launch.Launch;
import org.bitreduce.launch.Starter;
import org.bitreduce.launch.rank.RankMain;
import org.bitreduce.transport.TransportKind;

/**
 * {@code mpjrun -dev niodev} and {@code -dev hybdev} on this host: the launcher itself is the daemon that mpjrun asks to
 * start the ranks, so the ranks are its children and it sees how they end.
 */
final class Cluster implements Starter {

    /** Always eager: two large messages each way between two ranks can deadlock otherwise. */
    private static final int PROTOCOL_SWITCH_LIMIT = 1 << 30;

    private final MpjHome home;
    private final boolean hybrid;
    private MpjDaemon daemon;

    Cluster(MpjHome home, boolean hybrid) {
        this.home = home;
        this.hybrid = hybrid;
    }

    @Override
    public void start(Launch launch) throws IOException {
        int np = launch.job().np();
        int jvms = hybrid ? Math.min(2, np) : 1; // tickets; each stands for a host, here an address of the loopback
        String secret = HexFormat.of().formatHex(SecureRandom.getSeed(16));
        launch.members()
                .note("MPJ Express listens on all addresses of this host while the job runs, without asking who"
                        + " calls; see SECURITY.md");
        daemon = MpjDaemon.open(jvms, secret);
        MpjJob mpjrun = new MpjJob(home, launch, daemon.port());
        daemon.serve(ticket -> startRanks(launch, mpjrun, jvms, ticket));
        Path machines = launch.supervisor().resolve("machines");
        Files.write(
                machines, IntStream.range(0, jvms).mapToObj(MpjDaemon::address).toList());
        List<String> args = List.of(
                "-np",
                Integer.toString(np),
                "-dev",
                hybrid ? "hybdev" : "niodev",
                "-psl",
                Integer.toString(PROTOCOL_SWITCH_LIMIT),
                "-machinesfile",
                machines.toString(),
                RankMain.class.getName());
        Process process = mpjrun.start(Map.of(), secret, args);
        launch.members().addHelper(process, MpjJob::wanted, () -> daemon.served() ? List.of() : launch.allRanks());
    }

    /** Starts the ranks of one ticket. */
    private List<Process> startRanks(Launch launch, MpjJob mpjrun, int jvms, int ticket) throws IOException {
        List<Process> started = new ArrayList<>();
        int np = launch.job().np();
        if (hybrid) {
            int first = ticket * (np / jvms) + Math.min(ticket, np % jvms);
            int count = np / jvms + (ticket < np % jvms ? 1 : 0);
            List<Integer> ranks = IntStream.range(first, first + count).boxed().toList();
            started.add(start(launch, mpjrun, hybridCommand(launch, mpjrun, count, jvms, ticket), ranks));
        } else {
            for (int rank : launch.allRanks()) {
                started.add(start(launch, mpjrun, niodevCommand(launch, mpjrun, rank), List.of(rank)));
            }
        }
        return started;
    }

    private List<String> niodevCommand(Launch launch, MpjJob mpjrun, int rank) throws IOException {
        List<String> command = java(launch, mpjrun);
        command.addAll(List.of(
                "-cp",
                home.jars("loader1", "mpj", "log4j-1.2") + File.pathSeparator + launch.classPath(),
                "runtime.daemon.Wrapper",
                configuration(launch.job().np()), // the wrapper adds the server
                Integer.toString(launch.job().np()),
                "niodev",
                MpjDaemon.address(0),
                Integer.toString(mpjrun.exchangePort()),
                Integer.toString(rank),
                RankMain.class.getName()));
        command.addAll(launch.job().args());
        return command;
    }

    private List<String> hybridCommand(Launch launch, MpjJob mpjrun, int threads, int jvms, int jvm)
            throws IOException {
        List<String> command = java(launch, mpjrun);
        command.addAll(List.of(
                "-cp",
                home.jars("hybdev", "xdev", "smpdev", "niodev", "mpjbuf", "loader2", "starter", "mpiExp"),
                "runtime.daemon.HybridStarter",
                System.getProperty("user.dir"),
                Integer.toString(threads),
                "hybdev",
                "useLocalLoader",
                home.jars("mpi", "mpjdev") + File.pathSeparator + launch.classPath(),
                RankMain.class.getName(),
                Integer.toString(launch.job().np()),
                Integer.toString(jvms),
                Integer.toString(jvm),
                configuration(jvms) + server(mpjrun),
                "niodev"));
        command.addAll(launch.job().args());
        return command;
    }

    private List<String> java(Launch launch, MpjJob mpjrun) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Launch.java());
        command.addAll(launch.jvmFlags(
                "-D" + TransportKind.PROPERTY + "=" + launch.job().network().transport()));
        command.addAll(mpjrun.hostsFlag());
        return command;
    }

    /** What mpjrun itself would tell the ranks, with bars for blanks, as its starters expect it. */
    private static String configuration(int processes) {
        return "#Number|of|Processes;%d;#Protocol|Switch|Limit;%d".formatted(processes, PROTOCOL_SWITCH_LIMIT);
    }

    /** Where mpjrun is: the loopback instead of this host's name, which may lead elsewhere. */
    private static String server(MpjJob mpjrun) {
        return ";#Server|Name;%s;#Server|Port;%d".formatted(MpjDaemon.address(0), mpjrun.exchangePort());
    }

    private static Process start(Launch launch, MpjJob mpjrun, List<String> command, List<Integer> ranks)
            throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectInput(new File("/dev/null"));
        builder.environment().put("MPJ_HOME", mpjrun.jobHome().toString());
        Process process = builder.start();
        launch.members().add(process, ranks, MpjJob::wanted, status -> status);
        return process;
    }

    @Override
    public void close() {
        if (daemon != null) {
            daemon.close();
        }
    }
}
