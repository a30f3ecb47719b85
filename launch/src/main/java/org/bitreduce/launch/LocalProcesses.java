// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.launch;

import java.io.File;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.bitreduce.launch.rank.RankMain;

/** Ranks as processes of this host. */
final class LocalProcesses implements Starter {

    @Override
    public void start(Launch launch) throws IOException {
        for (int rank : launch.allRanks()) {
            List<String> command = new ArrayList<>();
            command.add(Launch.java());
            command.addAll(launch.jvmFlags(
                    "-Dbitreduce.rank=" + rank,
                    "-Dbitreduce.size=" + launch.job().np(),
                    "-Dbitreduce.directory=" + launch.directory()));
            command.addAll(List.of("-cp", launch.classPath(), RankMain.class.getName()));
            command.addAll(launch.job().args());
            launch.members().add(start(command), List.of(rank));
        }
    }

    /** Starts a process without input. */
    static Process start(List<String> command) throws IOException {
        return new ProcessBuilder(command).redirectInput(new File("/dev/null")).start();
    }
}
