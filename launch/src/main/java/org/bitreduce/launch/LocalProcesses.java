// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.launch;

import java.io.File;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.bitreduce.join.Join;
import org.bitreduce.launch.rank.RankMain;
import org.bitreduce.transport.tcp.JobSecret;
import org.bitreduce.transport.tcp.MeetingPoint;

/** Ranks as processes of this host, or, by a command that is put before theirs, of others that share its files. */
final class LocalProcesses implements Starter {

    private MeetingPoint meeting;

    @Override
    public void start(Launch launch) throws IOException {
        Network network = launch.job().network();
        String[] connection = network.usesTcp()
                ? openMeeting(launch)
                : new String[] {flag(Join.DIRECTORY_PROPERTY, launch.directory())};
        for (int rank : launch.allRanks()) {
            List<String> command = new ArrayList<>(network.hostCommand(rank));
            command.add(Launch.java());
            command.addAll(launch.jvmFlags(connection));
            command.add(flag(Join.RANK_PROPERTY, rank));
            command.add(flag(Join.SIZE_PROPERTY, launch.job().np()));
            command.addAll(List.of("-cp", launch.classPath(), RankMain.class.getName()));
            command.addAll(launch.job().args());
            launch.members().add(start(command), List.of(rank));
        }
    }

    private String[] openMeeting(Launch launch) throws IOException {
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
        InetSocketAddress address = meeting.address();
        return new String[] {
            flag(Join.MEETING_PROPERTY, address.getAddress().getHostAddress() + ":" + address.getPort()),
            flag(Join.SECRET_PROPERTY, file)
        };
    }

    private static String flag(String property, Object value) {
        return "-D" + property + "=" + value;
    }

    /** Starts a process without input. */
    static Process start(List<String> command) throws IOException {
        return new ProcessBuilder(command).redirectInput(new File("/dev/null")).start();
    }

    @Override
    public void close() {
        if (meeting != null) {
            meeting.close();
        }
    }
}
