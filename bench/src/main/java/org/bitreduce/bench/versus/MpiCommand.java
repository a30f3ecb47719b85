// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.versus;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.bitreduce.bench.hosts.HostPlan;
import org.bitreduce.bench.peers.MpiFamily;
import org.bitreduce.bench.peers.OpenMpiAlgorithm;

/**
 * What comes between an MPI library's {@code mpirun} and the program.
 *
 * @param words arguments
 * @param environment variables besides the library's own
 */
record MpiCommand(List<String> words, Map<String, String> environment) {

    /**
     * Runs the program on the host of its rank. The launcher's server is reached through the bridge, which is on no host:
     * what says so to the launcher must not reach the ranks.
     */
    private static String openMpiRank(int ranksPerHost) {
        return "unset PMIX_MCA_ptl_base_if_include PMIX_MCA_ptl_base_remote_connections; exec "
                + command("$((OMPI_COMM_WORLD_RANK / %d))".formatted(ranksPerHost)) + " \"$@\"";
    }

    /** What MPICH takes for ssh: {@code ssh -x ADDRESS COMMAND}. Its proxies use the hosts' own interface. */
    private static final String MPICH_SHELL = """
            #!/bin/sh
            [ "$1" = -x ] && shift
            address=$1
            shift
            exec %s sh -c "$(echo "$*" | sed 's,--iface %s,--iface eth0,')"
            """.formatted(command("$((${address##*.} - 1))"), HostPlan.BRIDGE);

    private static String command(String host) {
        return String.join(" ", HostPlan.on(host));
    }

    /**
     * {@return the command for ranks on this host}
     *
     * @param family of the library
     * @param algorithm of all-reduce, for Open MPI
     * @param np number of ranks, which may be more than cores
     */
    static MpiCommand onThisHost(MpiFamily family, OpenMpiAlgorithm algorithm, int np) {
        List<String> words = new ArrayList<>(List.of("-np", Integer.toString(np)));
        if (family == MpiFamily.OPEN_MPI) {
            words.add("--oversubscribe");
            words.addAll(algorithm.options());
        }
        return new MpiCommand(words, Map.of());
    }

    /**
     * {@return the command for ranks on the first hosts, who talk by TCP only, on one host too: the libraries take all
     * of them for ranks of one host, and would share memory with those of others}
     *
     * @param family of the library
     * @param algorithm of all-reduce, for Open MPI
     * @param np number of ranks
     * @param ranksPerHost how many of them are on each host
     * @param folder for a script, which must stay until the ranks have ended
     */
    static MpiCommand overHosts(MpiFamily family, OpenMpiAlgorithm algorithm, int np, int ranksPerHost, Path folder)
            throws IOException {
        List<String> words = new ArrayList<>(onThisHost(family, algorithm, np).words());
        Map<String, String> environment = new HashMap<>();
        switch (family) {
            case OPEN_MPI -> {
                environment.put("PMIX_MCA_ptl_base_if_include", HostPlan.BRIDGE);
                environment.put("PMIX_MCA_ptl_base_remote_connections", "1");
                words.addAll(List.of("--mca", "pml", "ob1", "--mca", "btl", "self,tcp"));
                words.addAll(List.of("--mca", "btl_tcp_if_include", HostPlan.NETWORK));
                words.addAll(List.of("sh", "-c", openMpiRank(ranksPerHost), "sh"));
            }
            case MPICH -> {
                environment.putAll(Map.of("MPIR_CVAR_NOLOCAL", "1", "UCX_TLS", "tcp,self", "UCX_NET_DEVICES", "eth0"));
                words.addAll(List.of("-hosts", addresses(np, ranksPerHost), "-iface", HostPlan.BRIDGE));
                words.addAll(List.of("-launcher", "ssh", "-launcher-exec", script(folder)));
            }
        }
        return new MpiCommand(words, environment);
    }

    private static String addresses(int np, int ranksPerHost) {
        return IntStream.range(0, np / ranksPerHost)
                .mapToObj(host -> HostPlan.address(host) + (ranksPerHost > 1 ? ":" + ranksPerHost : ""))
                .collect(Collectors.joining(","));
    }

    private static String script(Path folder) throws IOException {
        Path script = Files.writeString(folder.resolve("host-shell"), MPICH_SHELL);
        script.toFile().deleteOnExit(); // a signal ends this JVM before its folder is removed
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
        return script.toString();
    }
}
