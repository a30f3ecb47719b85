// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.versus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.bitreduce.bench.peers.MpiFamily;
import org.bitreduce.bench.peers.OpenMpiAlgorithm;
import org.bitreduce.bench.peers.Tool;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MpiCommandTest {

    @Test
    void onThisHost() {
        assertEquals(
                "-np 3 --oversubscribe --mca coll_tuned_use_dynamic_rules 1 --mca coll_tuned_allreduce_algorithm 4"
                        + " --mca coll_tuned_allgather_algorithm 4 --mca coll_tuned_barrier_algorithm 2",
                String.join(
                        " ",
                        MpiCommand.onThisHost(MpiFamily.OPEN_MPI, OpenMpiAlgorithm.RING, 3)
                                .words()));
        assertEquals(
                List.of("-np", "3"),
                MpiCommand.onThisHost(MpiFamily.MPICH, OpenMpiAlgorithm.DEFAULT, 3)
                        .words());
    }

    /** What the shells make of it, with an {@code ip} that only says how it was called. */
    @Test
    void ranksOfEachLibraryGoToTheirHosts(@TempDir Path folder) throws Exception {
        Path ip = Files.writeString(
                folder.resolve("ip"), "#!/bin/sh\necho ip \"$@\" \"[$PMIX_MCA_ptl_base_if_include]\"\n");
        assertTrue(ip.toFile().setExecutable(true));

        MpiCommand open = MpiCommand.overHosts(MpiFamily.OPEN_MPI, OpenMpiAlgorithm.DEFAULT, 4, 1, folder);
        List<String> shell =
                open.words().subList(open.words().indexOf("sh"), open.words().size());
        assertEquals("ip netns exec bitreduce2 program socket []", run(folder, shell, open, "program", "socket"));

        MpiCommand mpich = MpiCommand.overHosts(MpiFamily.MPICH, OpenMpiAlgorithm.DEFAULT, 2, 1, folder);
        assertTrue(String.join(" ", mpich.words()).contains("-hosts 10.81.0.1,10.81.0.2 "), mpich::toString);
        MpiCommand two = MpiCommand.overHosts(MpiFamily.OPEN_MPI, OpenMpiAlgorithm.DEFAULT, 4, 2, folder);
        shell = two.words().subList(two.words().indexOf("sh"), two.words().size());
        assertEquals("ip netns exec bitreduce1 program socket []", run(folder, shell, two, "program", "socket"));
        MpiCommand twoOfMpich = MpiCommand.overHosts(MpiFamily.MPICH, OpenMpiAlgorithm.DEFAULT, 4, 2, folder);
        assertTrue(String.join(" ", twoOfMpich.words()).contains("-hosts 10.81.0.1:2,10.81.0.2:2 "));
        List<String> script = List.of(mpich.words().getLast());
        assertEquals(
                "ip netns exec bitreduce1 sh -c proxy --iface eth0 --id 1 []",
                run(folder, script, mpich, "-x", "10.81.0.2", "proxy", "--iface", "bitreduce-br", "--id", "1"));
    }

    private static String run(Path folder, List<String> words, MpiCommand command, String... more) throws Exception {
        List<String> all = new java.util.ArrayList<>(words);
        all.addAll(List.of(more));
        ProcessBuilder builder = new ProcessBuilder(all);
        builder.environment().putAll(command.environment());
        builder.environment().put("OMPI_COMM_WORLD_RANK", "2");
        builder.environment().put("PATH", folder + ":" + System.getenv("PATH"));
        return Tool.run(Duration.ofSeconds(20), builder).text().strip();
    }
}
