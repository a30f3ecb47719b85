// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.bitreduce.bench.hosts.HostPlan;
import org.bitreduce.bench.hosts.Hosts;
import org.bitreduce.bench.hosts.HostsTurn;
import org.bitreduce.bench.hosts.LinkRate;
import org.bitreduce.bench.peers.Tool;
import org.bitreduce.bench.peers.Unavailable;
import org.bitreduce.launch.ExitCode;
import org.bitreduce.launch.mpj.MpjHome;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Training over three hosts of a machines file, which are namespaces of this machine with networks of their own. */
@Timeout(180)
@ExtendWith(HostsTurn.class)
class HostsTrainTest extends TrainFixture {

    private static final int HOSTS = 3;

    /** What training gives without hosts; the first test that asks finds out. */
    private static String ofOneHost;

    private Hosts hosts;

    @BeforeEach
    void open() throws Exception {
        if (Files.exists(Path.of("/run/netns/bitreduce0"))) {
            abort("skipped: this machine has hosts already, which are not the test's");
        }
        try {
            hosts = Hosts.open(new HostPlan(HOSTS, LinkRate.parse("1gbit")));
        } catch (Unavailable e) {
            abort("skipped: " + e.getMessage());
        }
    }

    @AfterEach
    void close() throws IOException {
        if (hosts != null) {
            hosts.close();
        }
    }

    private Process trainOnHosts(Path out, String... more) throws IOException {
        Path machines =
                Files.write(folder.resolve("machines"), List.of("bitreduce0", "bitreduce1:1", "bitreduce2 slots=1"));
        List<String> options = new ArrayList<>(List.of(
                "--np=" + HOSTS,
                "--machines=" + machines,
                "--remote-shell=" + String.join(" ", HostPlan.on("{host}")).replace("bitreduce{host}", "{host}"),
                "--address=" + HostPlan.ownAddress()));
        options.addAll(List.of(more));
        return train(out, options.toArray(String[]::new));
    }

    /** {@return numbers of the processes on the hosts} */
    private static String running() throws IOException, InterruptedException {
        StringBuilder pids = new StringBuilder();
        for (int host = 0; host < HOSTS; host++) {
            pids.append(Tool.run(Duration.ofSeconds(10), List.of("ip", "netns", "pids", "bitreduce" + host))
                    .text());
        }
        return pids.toString().strip();
    }

    /** Agents end on their own once the launcher has, so a moment later than it. */
    private static void awaitNothingRuns() throws IOException, InterruptedException {
        while (!running().isEmpty()) {
            Thread.sleep(50); // not for ever: tests have a deadline
        }
    }

    private String digestOfOneHost() throws Exception {
        if (ofOneHost == null) {
            Path local = folder.resolve("local");
            assertEquals(
                    0,
                    train(local, "--np=" + HOSTS, "--via=local:threads", "--epochs=3")
                            .waitFor(),
                    this::logged);
            ofOneHost = digest(local);
        }
        return ofOneHost;
    }

    @ParameterizedTest
    @ValueSource(strings = {"mpjrun:niodev", "mpjrun:hybrid", "local:processes"})
    void endsInTheBitsOfOneHost(String via) throws Exception {
        assumeTrue(!via.startsWith("mpjrun") || MpjHome.available(), "skipped: no MPJ Express");
        Path out = folder.resolve("hosts");
        assertEquals(0, trainOnHosts(out, "--via=" + via, "--epochs=3").waitFor(), this::logged);
        assertTrue(logged().contains(HOSTS + " ranks over tcp"), this::logged);
        assertEquals(digestOfOneHost(), digest(out));
        awaitNothingRuns();
    }

    @ParameterizedTest
    @ValueSource(strings = "mpjrun:hybrid") // on one host every other way is tried
    void aSignalEndsInACheckpointOnAllHosts(String via) throws Exception {
        assumeTrue(MpjHome.available(), "skipped: no MPJ Express");
        Path out = folder.resolve("run");
        Process run = trainOnHosts(out, "--via=" + via, "--epochs=100000", "--checkpoint-every=0", "--grace=60");
        try {
            awaitLog(run, "epoch 2/");
            run.destroy();
            assertEquals(ExitCode.RESUME_LATER, run.waitFor(), this::logged);
            assertTrue(logged().contains("; go on with: ./bitreduce train --resume " + out), this::logged);
            awaitNothingRuns();
        } finally {
            run.destroyForcibly();
        }
    }

    @Test
    void aLauncherThatIsKilledLeavesNothingOnAnyHost() throws Exception {
        Path out = folder.resolve("run");
        Process run = trainOnHosts(out, "--via=local:processes", "--epochs=100000", "--checkpoint-every=0");
        awaitLog(run, "epoch 1/");
        assertTrue(running().lines().count() >= 2 * HOSTS, this::logged);
        run.destroyForcibly().waitFor();
        awaitNothingRuns();
    }
}
