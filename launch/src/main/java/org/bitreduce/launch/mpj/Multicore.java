// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.launch.mpj;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bitreduce.launch.JobStatus;
import org.bitreduce.launch.Launch;
import org.bitreduce.launch.Starter;
import org.bitreduce.launch.rank.RankMain;

/**
 * {@code mpjrun -dev multicore}: mpjrun starts one JVM, whose threads are the ranks.
 *
 * <p>It takes the first {@code java} on the PATH, and drops its exit status. So the PATH begins with a folder of this
 * job with a {@code java} that is a script: it starts the right one and writes down how it ended.
 */
final class Multicore implements Starter {

    private static final String SCRIPT = """
            #!/bin/sh
            "$BITREDUCE_JAVA" "$@" &
            pid=$!
            trap 'kill -TERM $pid 2>/dev/null' TERM INT HUP
            wait $pid
            status=$?
            while kill -0 $pid 2>/dev/null; do wait $pid; status=$?; done
            echo $status >"$BITREDUCE_STATUS"
            exit $status
            """;

    private final MpjHome home;
    private Path scriptFolder;

    Multicore(MpjHome home) {
        this.home = home;
    }

    @Override
    public void start(Launch launch) throws IOException {
        MpjJob mpjrun = new MpjJob(home, launch, 1); // no daemon is asked
        Path status = launch.supervisor().resolve("status");
        List<String> args =
                new ArrayList<>(List.of("-np", Integer.toString(launch.job().np()), "-dev", "multicore"));
        args.addAll(launch.jvmFlags(0, "-Dbitreduce.directory=" + launch.directory()));
        args.addAll(List.of("-cp", launch.classPath(), RankMain.class.getName()));
        args.addAll(launch.job().args());
        Process process = mpjrun.start(environment(launch, status), "", args);
        launch.members().add(process, launch.allRanks(), MpjJob::wanted, ignored -> read(status));
    }

    private Map<String, String> environment(Launch launch, Path status) throws IOException {
        String bin = Path.of(Launch.java()).getParent().toString();
        Map<String, String> environment = new HashMap<>();
        environment.put("BITREDUCE_JAVA", Launch.java());
        environment.put("BITREDUCE_STATUS", status.toString());
        String first = script(launch.supervisor()) ? scriptFolder + File.pathSeparator + bin : bin;
        environment.put("PATH", first + File.pathSeparator + System.getenv().getOrDefault("PATH", "/usr/bin:/bin"));
        return environment;
    }

    /** Writes the script where files may be executed; without it only the exact exit status is lost. */
    private boolean script(Path supervisor) throws IOException {
        var mode = PosixFilePermissions.fromString("rwx------");
        for (Path base : List.of(supervisor, Path.of(System.getProperty("java.io.tmpdir")))) {
            Path folder = Files.createTempDirectory(base, "bitreduce-java-");
            Path script = Files.writeString(folder.resolve("java"), SCRIPT);
            Files.setPosixFilePermissions(script, mode);
            scriptFolder = folder;
            if (Files.isExecutable(script)) { // false where the file system is mounted noexec
                return true;
            }
            close();
        }
        return false;
    }

    private static int read(Path status) {
        try {
            return Integer.parseInt(Files.readString(status).strip());
        } catch (IOException | NumberFormatException e) {
            return JobStatus.UNKNOWN;
        }
    }

    @Override
    public void close() {
        if (scriptFolder != null) {
            org.bitreduce.launch.rank.Directories.delete(scriptFolder);
        }
    }
}
