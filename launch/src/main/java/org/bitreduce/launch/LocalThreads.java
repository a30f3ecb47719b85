// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.launch;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bitreduce.launch.rank.ThreadRanks;

/** Ranks as threads of one JVM, which is not the launcher's, so that a rank that takes its JVM down is still reported. */
final class LocalThreads implements Starter {

    @Override
    public void start(Launch launch) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Launch.java());
        command.addAll(launch.jvmFlags(0, "-Dbitreduce.size=" + launch.job().np()));
        command.addAll(List.of("-cp", launch.classPath(), ThreadRanks.class.getName()));
        command.addAll(launch.job().args());
        launch.members().add(launch.hosts().of(0).start(command, Map.of()), launch.allRanks());
    }
}
