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
import org.bitreduce.launch.hosts.Machines;
import org.bitreduce.launch.hosts.RankHost;
import org.bitreduce.launch.rank.RankMain;
import org.bitreduce.transport.TransportKind;

/**
 * {@code mpjrun -dev niodev} and {@code -dev hybdev}: the launcher itself is the daemon that mpjrun asks to start the ranks,
 * on this host or on those of a machines file, so that it sees how they end, and no daemon of MPJ Express runs anywhere.
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
        int jvms = hybrid ? jvms(launch) : 1; // tickets; to mpjrun each is a host, here an address of the loopback
        String secret = HexFormat.of().formatHex(SecureRandom.getSeed(16));
        launch.members()
                .note(
                        "MPJ Express listens on all addresses of this host and of those with ranks while the job runs, without asking who"
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
            started.add(start(launch, mpjrun, hybridCommand(launch, mpjrun, first, count, jvms, ticket), ranks));
        } else {
            for (int rank : launch.allRanks()) {
                started.add(start(launch, mpjrun, niodevCommand(launch, mpjrun, rank), List.of(rank)));
            }
        }
        return started;
    }

    private List<String> niodevCommand(Launch launch, MpjJob mpjrun, int rank) throws IOException {
        List<String> command = java(launch, mpjrun, rank);
        command.addAll(List.of(
                "-cp",
                home.jars("loader1", "mpj", "log4j-1.2") + File.pathSeparator + launch.classPath(),
                "runtime.daemon.Wrapper",
                configuration(launch.job().np()), // the wrapper adds the server
                Integer.toString(launch.job().np()),
                "niodev",
                address(launch),
                Integer.toString(mpjrun.exchangePort()),
                Integer.toString(rank),
                RankMain.class.getName()));
        command.addAll(launch.job().args());
        return command;
    }

    private List<String> hybridCommand(Launch launch, MpjJob mpjrun, int first, int threads, int jvms, int jvm)
            throws IOException {
        List<String> command = java(launch, mpjrun, first);
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
                configuration(jvms) + server(launch, mpjrun),
                "niodev"));
        command.addAll(launch.job().args());
        return command;
    }

    private List<String> java(Launch launch, MpjJob mpjrun, int rank) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Launch.java());
        command.addAll(launch.jvmFlags(
                rank,
                "-D" + TransportKind.PROPERTY + "=" + launch.job().network().transport()));
        if (launch.job().network().machines().isEmpty()) { // other hosts know their own names
            command.addAll(mpjrun.hostsFlag());
        }
        return command;
    }

    /** What mpjrun itself would tell the ranks, with bars for blanks, as its starters expect it. */
    private static String configuration(int processes) {
        return "#Number|of|Processes;%d;#Protocol|Switch|Limit;%d".formatted(processes, PROTOCOL_SWITCH_LIMIT);
    }

    /** Where mpjrun is: the loopback instead of this host's name, which may lead elsewhere. */
    private static String server(Launch launch, MpjJob mpjrun) {
        return ";#Server|Name;%s;#Server|Port;%d".formatted(address(launch), mpjrun.exchangePort());
    }

    /** The loopback, unless ranks run elsewhere. */
    private static String address(Launch launch) {
        return launch.job().network().meetingAddress().getHostAddress();
    }

    /** One for each host; if there is only this one, two, so that there is something to join. */
    private static int jvms(Launch launch) {
        int np = launch.job().np();
        Machines machines = launch.job().network().machines();
        return machines.isEmpty()
                ? Math.min(2, np)
                : (int) machines.hosts(np).stream().distinct().count();
    }

    private static Process start(Launch launch, MpjJob mpjrun, List<String> command, List<Integer> ranks)
            throws IOException {
        RankHost host = launch.hosts().of(ranks.getFirst());
        Path configuration = host.share(mpjrun.configuration());
        Path jobHome = configuration.resolveSibling("..").normalize();
        Process process = host.start(command, Map.of("MPJ_HOME", jobHome.toString()));
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
