// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.bitreduce.launch.hosts.Machines;
import org.bitreduce.transport.TransportKind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which transport a job gets, and jobs that get TCP. */
class NetworkTest extends JobFixture {

    @ParameterizedTest
    @CsvSource({
        "auto,'',127.0.0.1,false",
        "shared-memory,'',127.0.0.1,false",
        "tcp,'',127.0.0.1,true",
        "shared-memory+tcp,'',127.0.0.1,true",
        "auto,nice,127.0.0.1,true",
        "shared-memory,nice,127.0.0.1,false",
        "auto,'',10.0.0.1,true"
    })
    void choosesTcpWhereRanksMayBeOnSeveralHosts(String kind, String command, String address, boolean tcp) {
        assertEquals(tcp, new Network(TransportKind.parse(kind), command, address).usesTcp());
    }

    @Test
    void hostCommandsAreWordsAndNameTheRank() {
        Network network = new Network(TransportKind.AUTO, "  ip netns  exec host%r ", "10.0.0.1");
        assertEquals(List.of("ip", "netns", "exec", "host12"), network.hostCommand(12));
        assertEquals(List.of(), Network.DEFAULT.hostCommand(0));
        Network several = new Network(TransportKind.AUTO, "on host%h", "", "10.0.0.1", 3, Machines.NONE);
        assertEquals(List.of("on", "host1"), several.hostCommand(5));
        assertThrows(
                IllegalArgumentException.class,
                () -> new Network(TransportKind.AUTO, "", "", "10.0.0.1", 0, Machines.NONE));
    }

    @ParameterizedTest
    @CsvSource({
        "LOCAL_PROCESSES,tcp,nice -n 0,tcp",
        "LOCAL_PROCESSES,auto,env BITREDUCE_TEST=%r,tcp",
        "LOCAL_PROCESSES,auto,'',shared-memory",
        "LOCAL_PROCESSES,shared-memory+tcp,'',shared-memory+tcp",
        "MPJRUN_NIODEV,shared-memory+tcp,'',shared-memory+tcp",
        "MPJRUN_HYBRID,shared-memory+tcp,'',shared-memory+tcp",
        "MPJRUN_NIODEV,auto,'',tcp",
        "MPJRUN_NIODEV,mpj,'',mpj-niodev",
        "MPJRUN_HYBRID,auto,'',tcp",
        "MPJRUN_HYBRID,mpj,'',mpj-hybdev"
    })
    void ranksAddUpOverTheTransport(Via via, String kind, String command, String name) {
        Network network = new Network(TransportKind.parse(kind), command, "127.0.0.1");
        JobResult result = run(job(via, 2, Adder.class).withNetwork(network));
        assertEquals("", result.message(), this::all);
        for (int rank = 0; rank < 2; rank++) {
            assertTrue(output().contains("[" + rank + "] sum 3.0 of 2 with "), this::all);
            assertTrue(output().contains("[" + rank + "] over " + name + "\n"), this::all);
        }
    }

    @Test
    void aFailingRankEndsAJobOverTcpWithItsOwnMessage() {
        Network network = new Network(TransportKind.TCP, "", "127.0.0.1");
        JobResult result = run(job(Via.LOCAL_PROCESSES, 3, Reader.class).withNetwork(network));
        assertTrue(result.message().contains("rank 1 (pid ") && result.message().contains("part 5"), result::toString);
        assertTrue(
                errors().lines().anyMatch(line -> line.startsWith("[0] ") && line.contains("rank 1 (host ")),
                this::all);
    }

    @Test
    void anAddressOfAnotherHostIsRefused() {
        Network network = new Network(TransportKind.TCP, "", "192.0.2.1");
        LaunchException failure = assertThrows(
                LaunchException.class,
                () -> run(job(Via.LOCAL_PROCESSES, 2, Adder.class).withNetwork(network)));
        assertTrue(failure.getMessage().contains("192.0.2.1"), failure.getMessage());
    }
}
