// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.bitreduce.bench.peers.Tool;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The job scripts as they are, under the real Slurm, on two hosts that are namespaces of this machine, see slurm-cluster. */
@Timeout(90)
class SlurmTest extends TrainFixture {

    private static final List<String> PACKAGES = List.of("slurmctld", "slurmd", "slurm-client");
    private static final Path SCRIPTS = Path.of("..", "launch", "jobs").toAbsolutePath();
    private static final String NAMESPACES = "unshare --mount --net --uts --pid --fork --kill-child --mount-proc ";

    /** What {@code sbatch --wait} does, but it looks every ten seconds only. */
    private static final String AWAIT_END = "await_end() { while squeue -h -j $1 | grep -q .; do sleep 0.1; done; }\n";

    private static final Pattern STOPPED =
            Pattern.compile(" by (SIGUSR1|a request to another rank); go on with: ./bitreduce train --resume");

    private final Map<String, String> environment = new HashMap<>();

    @BeforeEach
    void install() throws Exception {
        assumeTrue("root".equals(System.getProperty("user.name")), "skipped: Slurm on namespaces takes root");
        assumeTrue(
                Tool.find("unshare").isPresent()
                        && Tool.run(Duration.ofSeconds(10), List.of((NAMESPACES + "ip link add type veth").split(" ")))
                                .ok(),
                "skipped: no namespaces or no network in them, of unshare and ip");
        environment.putAll(RealPrograms.environment("slurm", "slurmctld", PACKAGES));
        CommandScript.write(folder);
        environment.put("BITREDUCE", folder.toString());
        environment.put("JOBS", SCRIPTS.toString());
        try (InputStream script = SlurmTest.class.getResourceAsStream("slurm-cluster")) {
            CommandScript.write(
                    folder.resolve("slurm-cluster"), new String(script.readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    /** Runs a script on the cluster's login node, in the test's folder; returns its exit code. */
    private int onCluster(String script) throws Exception {
        Path state = Files.createDirectories(folder.resolve("cluster"));
        ProcessBuilder builder = new ProcessBuilder(
                        folder.resolve("slurm-cluster").toString(),
                        state.toString(),
                        "bash",
                        "-euc",
                        AWAIT_END + script)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log().toFile());
        builder.environment().putAll(environment);
        Process cluster = builder.start();
        try {
            return cluster.waitFor();
        } finally {
            cluster.destroyForcibly(); // its namespace of processes goes with it
        }
    }

    /** What jobs have printed, and what the daemons say should the test fail. */
    private String everything() {
        StringBuilder text = new StringBuilder(logged());
        try (Stream<Path> files = Files.walk(folder, 2)) {
            for (Path file : files.filter(name -> name.toString().matches(".*\\.(out|log)"))
                    .toList()) {
                text.append(file).append(System.lineSeparator()).append(Files.readString(file));
            }
        } catch (IOException e) {
            text.append(e);
        }
        return text.toString();
    }

    @Test
    void ranksMeetAndTheCodeOfTheOneThatFailsIsTheJobs() throws Exception {
        String main = SumRanks.class.getName();
        environment.put("FAILING", "-- " + FailingRanks.class.getName());
        int code = onCluster("""
                srun --ntasks=2 --nodes=1 "$BITREDUCE/bitreduce" rank -- %s of one host
                for option in --kill-on-bad-exit=0 --kill-on-bad-exit=1; do
                    srun $option --ntasks=3 --nodes=1 "$BITREDUCE/bitreduce" rank $FAILING || echo "plain srun $option ends with $?"
                done
                export PROGRAM='-- %s of two hosts'
                meeting=$(sbatch --parsable --ntasks-per-node=1 "$JOBS/program.slurm")
                failing=$(PROGRAM=$FAILING sbatch --parsable --ntasks-per-node=1 "$JOBS/program.slurm")
                await_end $meeting
                await_end $failing
                scontrol show job $failing | grep ExitCode
                """.formatted(main, main));
        assertEquals(0, code, this::everything);
        String said = everything();
        for (int rank = 0; rank < 2; rank++) {
            assertTrue(said.contains("rank " + rank + " of 2 over shared-memory: 3.0 of,one,host"), said);
            assertTrue(said.contains("rank " + rank + " of 2 over tcp: 3.0 of,two,hosts"), said);
        }
        assertTrue(said.contains("bitreduce: rank 1 exited with code 3; the job was stopped"), said);
        assertTrue(logged().contains("ExitCode=3:0"), said);
        // srun's result is the greatest code, and nobody but the rank that failed has one to speak of
        assertTrue(said.contains("plain srun --kill-on-bad-exit=0 ends with 3"), said);
        assertTrue(said.contains("plain srun --kill-on-bad-exit=1 ends with 3"), said);
    }

    /** A warning to the script, as before the end of the job's time; Slurm would wait for two minutes before it starts the job again. */
    @Test
    void trainingThatIsWarnedGoesOnAndEndsAsIfUndisturbed() throws Exception {
        environment.put("TRAIN", String.join(" ", SMALL) + " --epochs 60 --checkpoint-every 0");
        int code = onCluster("""
                sbatch --ntasks-per-node=1 "$JOBS/train.slurm"
                until grep -q 'epoch 2/' slurm-1.out 2>/dev/null; do sleep 0.05; done
                scancel --batch --signal=TERM 1
                until [[ $(squeue --noheader --jobs=1 --format=%T) = PENDING ]]; do sleep 0.1; done
                sleep 1 # until then Slurm ends the job's first run
                scontrol update JobId=1 StartTime=now
                await_end 1
                scontrol show job 1 | grep Restarts
                """);
        assertEquals(0, code, this::everything);
        String said = everything();
        assertTrue(logged().contains("Restarts=1"), said);
        // whichever rank has heard of it first
        assertTrue(STOPPED.matcher(said).find(), said);
        assertTrue(said.contains("going on after step"), said);
        assertFalse(said.contains("forcing job termination"), said);
        Path undisturbed = folder.resolve("undisturbed");
        assertEquals(0, train(undisturbed, "--via=local:threads", "--epochs=60").waitFor(), this::logged);
        assertEquals(digest(undisturbed), digest(folder.resolve("out-1")));
    }
}
