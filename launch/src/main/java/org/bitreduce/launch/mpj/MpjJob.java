// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.launch.mpj;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bitreduce.launch.Launch;

/**
 * One mpjrun: an MPJ home of the job's own, because the only way to tell mpjrun its ports is that folder's
 * configuration, and the process of mpjrun itself, which ends when its launcher does.
 */
final class MpjJob {

    private final MpjHome home;
    private final Launch launch;
    private final Path jobHome;
    private final int exchangePort;

    /**
     * Makes the job's MPJ home.
     *
     * @param home the installation
     * @param launch the job
     * @param daemonPort where mpjrun finds the daemon
     */
    MpjJob(MpjHome home, Launch launch, int daemonPort) throws IOException {
        this.home = home;
        this.launch = launch;
        jobHome = launch.supervisor().resolve("mpj");
        exchangePort = freePort();
        Files.createDirectories(jobHome.resolve("conf"));
        Files.createSymbolicLink(jobHome.resolve("lib"), home.path().resolve("lib"));
        Files.writeString(configuration(), """
                mpjexpress.mpjdaemon.port.1=%d
                mpjexpress.mpjdaemon.port.2=%d
                mpjexpress.mpjrun.port.1=%d
                mpjexpress.mpjdaemon.loglevel=OFF
                mpjexpress.mpjrun.loglevel=OFF
                mpjexpress.mpi.loglevel=OFF
                mpjexpress.version=0.44
                mpjexpress.mpi.old.collectives=false
                """.formatted(daemonPort, freePort(), exchangePort));
    }

    /** {@return the configuration, in the folder {@code conf} of the job's MPJ home} */
    Path configuration() {
        return jobHome.resolve("conf").resolve("mpjexpress.conf");
    }

    /** {@return the port on which mpjrun tells the ranks each other's addresses} */
    int exchangePort() {
        return exchangePort;
    }

    /**
     * Starts mpjrun.
     *
     * @param environment added to this process's own
     * @param secret sent by a way that other users cannot read, and added to the program's arguments
     * @param args of mpjrun
     * @return the process; it halts when its standard input ends
     */
    Process start(Map<String, String> environment, String secret, List<String> args) throws IOException {
        List<String> command = new ArrayList<>(List.of(Launch.java(), "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
        command.addAll(hostsFlag());
        command.addAll(List.of(
                "-cp",
                System.getProperty("java.class.path") + File.pathSeparator + home.jars("starter"),
                TiedMain.class.getName(),
                "runtime.starter.MPJRun"));
        command.addAll(args);
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("MPJ_HOME", jobHome.toString());
        builder.environment().putAll(environment);
        Process process = builder.start();
        OutputStream in = process.getOutputStream();
        in.write((secret + "\n").getBytes(StandardCharsets.UTF_8));
        in.flush();
        return process;
    }

    /**
     * {@return the flag that makes this host's own name resolvable, where it is not; MPJ Express insists on it}
     */
    List<String> hostsFlag() throws IOException {
        try {
            InetAddress.getLocalHost();
            return List.of();
        } catch (UnknownHostException e) {
            String name = Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
            Path hosts = Files.writeString(
                    launch.supervisor().resolve("hosts"), "127.0.0.1 localhost " + name + System.lineSeparator());
            return List.of("-Djdk.net.hosts.file=" + hosts);
        }
    }

    /**
     * {@return whether a line of mpjrun's output is worth showing}
     *
     * @param line without its end
     */
    static boolean wanted(String line) {
        return !(line.startsWith("MPJ Express (")
                || line.startsWith("Starting process <")
                || line.startsWith("Stopping Process <")
                || line.startsWith("Stopping process <"));
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
