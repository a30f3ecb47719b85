// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.launch;

import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bitreduce.join.Join;
import org.bitreduce.launch.hosts.RankHost;
import org.bitreduce.launch.rank.RankMain;
import org.bitreduce.transport.TransportKind;
import org.bitreduce.transport.tcp.JobSecret;
import org.bitreduce.transport.tcp.MeetingPoint;

/** Ranks as processes of their own, wherever the job has them run. */
final class LocalProcesses implements Starter {

    private MeetingPoint meeting;

    @Override
    public void start(Launch launch) throws IOException {
        Network network = launch.job().network();
        Path secret = network.usesTcp() ? openMeeting(launch) : null;
        for (int rank : launch.allRanks()) {
            RankHost host = launch.hosts().of(rank);
            List<String> command = new ArrayList<>(List.of(Launch.java()));
            command.addAll(launch.jvmFlags(rank, flag(Join.DIRECTORY_PROPERTY, host.directory())));
            if (secret != null) {
                command.addAll(connection(network, host.share(secret)));
            }
            command.add(flag(Join.RANK_PROPERTY, rank));
            command.add(flag(Join.SIZE_PROPERTY, launch.job().np()));
            command.addAll(List.of("-cp", launch.classPath(), RankMain.class.getName()));
            command.addAll(launch.job().args());
            launch.members().add(host.start(command, Map.of()), List.of(rank));
        }
    }

    /** {@return the file with the secret of those who may meet} */
    private Path openMeeting(Launch launch) throws IOException {
        JobSecret secret = JobSecret.random();
        Path file = launch.directory().resolve("secret");
        secret.write(file);
        Network network = launch.job().network();
        try {
            meeting = MeetingPoint.open(network.meetingAddress(), launch.job().np(), secret);
        } catch (BindException e) {
            throw new LaunchException(
                    ExitCode.USAGE,
                    "cannot listen there: address=%s, cause=%s; give an address of this host that all ranks reach"
                            .formatted(network.address(), e.getMessage()),
                    e);
        }
        return file;
    }

    private List<String> connection(Network network, Path secret) {
        InetSocketAddress address = meeting.address();
        return List.of(
                flag(Join.MEETING_PROPERTY, address.getAddress().getHostAddress() + ":" + address.getPort()),
                flag(Join.SECRET_PROPERTY, secret),
                flag(TransportKind.PROPERTY, network.transport()));
    }

    private static String flag(String property, Object value) {
        return "-D" + property + "=" + value;
    }

    @Override
    public void close() {
        if (meeting != null) {
            meeting.close();
        }
    }
}
