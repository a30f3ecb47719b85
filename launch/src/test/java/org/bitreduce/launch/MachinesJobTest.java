// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.LinkedHashMap;
import java.util.Map;
import org.bitreduce.launch.hosts.Machines;
import org.bitreduce.transport.TransportKind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Jobs over hosts of a machines file, whose remote shell leads to this host. */
@Timeout(120)
class MachinesJobTest extends JobFixture {

    private static Network network(int... slots) {
        Map<String, Integer> hosts = new LinkedHashMap<>();
        for (int slot : slots) {
            hosts.put("host" + hosts.size(), slot);
        }
        return new Network(
                TransportKind.TCP, "", "", "127.0.0.1", 1, new Machines(hosts, "env BITREDUCE_TEST_HOST={host}"));
    }

    /** An address of this host must be found although none is given: localhost leads to the loopback. */
    private static Network localhost(int slots) {
        return new Network(
                TransportKind.TCP,
                "",
                "",
                "127.0.0.1",
                1,
                new Machines(Map.of("localhost", slots), "env BITREDUCE_TEST_HOST={host}"));
    }

    @ParameterizedTest
    @EnumSource(names = {"LOCAL_PROCESSES", "MPJRUN_NIODEV", "MPJRUN_HYBRID"})
    void ranksOfThreeHostsAddUp(Via via) {
        Network network = new Network(
                TransportKind.TCP, "", "", "127.0.0.2", 1, network(2, 1, 1).machines());
        JobResult result = run(job(via, 4, Adder.class, "x y").withNetwork(network));
        assertEquals("", result.message(), this::all);
        for (int rank = 0; rank < 4; rank++) {
            assertTrue(output().contains("[" + rank + "] sum 10.0 of 4 with x y\n"), this::all);
            assertTrue(output().contains("[" + rank + "] over tcp\n"), this::all);
        }
    }

    @Test
    void theAddressIsFound() {
        JobResult result = run(job(Via.LOCAL_PROCESSES, 2, Adder.class).withNetwork(localhost(2)));
        assertEquals("", result.message(), this::all);
        assertTrue(output().contains("[1] sum 3.0 of 2 with"), this::all);
    }

    @Test
    void anAddressThatCannotBeFoundIsAskedFor() {
        var e = assertThrows(
                LaunchException.class,
                () -> run(job(Via.LOCAL_PROCESSES, 2, Adder.class)
                        .withNetwork(new Network(
                                TransportKind.TCP,
                                "",
                                "",
                                "127.0.0.1",
                                1,
                                new Machines(Map.of("no-such-host.invalid", 2), "env HOST={host}")))));
        assertTrue(e.getMessage().contains("give --address"), e.getMessage());
    }

    @ParameterizedTest
    @EnumSource(names = {"LOCAL_PROCESSES", "MPJRUN_NIODEV"})
    void aRankThatIsKilledEndsTheJobAndIsNamed(Via via) {
        Job job = job(via, 3, Actor.class).withNetwork(localhost(3)).withJvmFlags("-Dactor=kill");
        JobResult result = run(job);
        assertEquals(128 + 9, result.exitCode(), this::all);
        assertTrue(result.message().matches("rank 2 \\(pid [0-9]+\\) was killed by signal 9.*"), result::message);
    }

    @Test
    void aHostThatDiesEndsTheJobAndIsNamed() {
        Job job = job(Via.LOCAL_PROCESSES, 3, Actor.class)
                .withNetwork(new Network(
                        TransportKind.TCP, "", "", "127.0.0.2", 1, network(2, 1).machines()))
                .withJvmFlags("-Dactor=host dies");
        JobResult result = run(job);
        assertEquals(ExitCode.RANK_FAILED, result.exitCode(), this::all);
        assertTrue(result.message().startsWith("rank 2 (pid "), result::message);
        assertTrue(errors().contains("host host1 is lost: the remote shell was killed by signal 9"), this::all);
    }

    @Test
    void whatDoesNotGoTogetherIsRefused() {
        Job job = Job.of(Via.MPJRUN_MULTICORE, 2, "Main");
        refused(
                "goes with local:processes, mpjrun:niodev and mpjrun:hybrid only",
                job,
                new Network(
                        TransportKind.AUTO, "", "", "127.0.0.1", 1, network(2).machines()));
        Job hybrid = Job.of(Via.MPJRUN_HYBRID, 4, "Main");
        refused("np=4, hosts=[host0, host1, host1, host1]", hybrid, network(1, 3));
        refused("fewer slots than there are ranks: np=4, slots=3", hybrid, network(2, 1));
        Job processes = Job.of(Via.LOCAL_PROCESSES, 2, "Main");
        Machines two = network(1, 1).machines();
        refused("share no memory", processes, new Network(TransportKind.SHARED_MEMORY, "", "", "127.0.0.1", 1, two));
        refused("not both", processes, new Network(TransportKind.TCP, "nice", "", "127.0.0.1", 1, two));
    }

    private static void refused(String message, Job job, Network network) {
        var e = assertThrows(IllegalArgumentException.class, () -> job.withNetwork(network));
        assertTrue(e.getMessage().contains(message), e.getMessage());
    }
}
