// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bitreduce.launch.ExitCode;
import org.bitreduce.launch.mpj.MpjHome;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The job scripts as they are, with srun, mpirun, ssh, scontrol, squeue and qsub that are scripts: the first two start processes with
 * the variables of the real ones, as if on two hosts, so that ranks meet by TCP. mpjrun is the real one.
 */
@Timeout(180)
class JobScriptTest {

    private static final Path SCRIPTS = Path.of("..", "launch", "jobs").toAbsolutePath();

    private static final String STARTER = """
            #!/bin/bash
            n=$SLURM_NTASKS
            while [[ $1 == -* ]]; do
                case $1 in
                --ntasks=*) n=${1#*=} ;;
                -np) n=$2; shift ;;
                --hostfile | -x) shift ;;
                esac
                shift
            done
            pids=()
            trap 'kill -TERM "${pids[@]}"' TERM
            trap 'kill -USR1 "${pids[@]}"' USR1
            for ((i = 0; i < n; i++)); do
                VARIABLES "$@" <&0 &
                pids+=($!)
            done
            code=0
            for pid in "${pids[@]}"; do
                wait "$pid"; own=$?
                while kill -0 "$pid" 2>/dev/null; do wait "$pid"; own=$?; done
                ((own <= code)) || code=$own
            done
            exit $code
            """;

    private static final String SLURM = "SLURM_PROCID=$i SLURM_STEP_NUM_TASKS=$n SLURM_STEP_NUM_NODES=2"
            + " SLURM_STEP_NODELIST=127.0.0.1 SLURM_STEP_ID=0";
    private static final String OPEN_MPI =
            "OMPI_COMM_WORLD_RANK=$i OMPI_COMM_WORLD_SIZE=$n OMPI_COMM_WORLD_LOCAL_SIZE=1";

    @TempDir
    private Path folder;

    private final Map<String, String> environment = new HashMap<>();

    /** Batch systems read their directives up to the first command. */
    @ParameterizedTest
    @ValueSource(strings = {"train.slurm", "program.slurm", "train.pbs", "program.pbs"})
    void directivesComeBeforeTheFirstCommand(String name) throws IOException {
        List<String> lines = Files.readAllLines(SCRIPTS.resolve(name));
        int command = 0;
        while (lines.get(command).isBlank() || lines.get(command).startsWith("#")) {
            command++;
        }
        assertTrue(lines.subList(0, command).stream().anyMatch(JobScriptTest::isDirective), name);
        assertTrue(lines.subList(command, lines.size()).stream().noneMatch(JobScriptTest::isDirective), name);
    }

    private static boolean isDirective(String line) {
        return line.startsWith("#SBATCH") || line.startsWith("#PBS");
    }

    @BeforeEach
    void install() throws IOException {
        CommandScript.write(folder);
        script("srun", STARTER.replace("VARIABLES", SLURM));
        script("mpirun", STARTER.replace("VARIABLES", OPEN_MPI));
        script("ssh", """
                #!/bin/bash
                while [[ $1 == -* ]]; do shift 2; done
                echo "ssh to $1" >>%s
                exec "${@:2}"
                """.formatted(folder.resolve("log")));
        script("scontrol", """
                #!/bin/bash
                [[ $* != 'show hostnames n[1-2]' ]] || { echo 127.0.0.1; echo 127.0.0.2; exit; }
                echo "scontrol $*" >>%s
                """.formatted(folder.resolve("log")));
        script("squeue", "#!/bin/bash\necho ${STATE:-RUNNING}\n");
        script("qsub", "#!/bin/bash\necho \"qsub $*\" >>" + folder.resolve("log") + "\n");
        Path nodes = Files.write(folder.resolve("nodes"), List.of("127.0.0.1", "127.0.0.1"));
        environment.put("BITREDUCE", folder.toString());
        environment.put("PATH", folder + ":/usr/local/bin:/usr/bin:/bin");
        environment.put("OUT", folder.resolve("out").toString());
        environment.put("SLURM_JOB_ID", Long.toString(ProcessHandle.current().pid()));
        environment.put("SLURM_NTASKS", "2");
        environment.put("SLURM_JOB_NUM_NODES", "2");
        environment.put("SLURM_JOB_NODELIST", "n[1-2]");
        environment.put("BITREDUCE_MEET", "127.0.0.1");
        environment.put("PBS_JOBID", ProcessHandle.current().pid() + ".server");
        environment.put("PBS_NODEFILE", nodes.toString());
        environment.put("PBS_O_WORKDIR", folder.toString());
    }

    private void script(String name, String text) throws IOException {
        CommandScript.write(folder.resolve(name), text);
    }

    private Process run(String name) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                        "bash", SCRIPTS.resolve(name).toString())
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(
                        ProcessBuilder.Redirect.appendTo(folder.resolve("log").toFile()));
        builder.environment().putAll(environment);
        return builder.start();
    }

    private String logged() {
        try {
            return Files.exists(folder.resolve("log")) ? Files.readString(folder.resolve("log")) : "";
        } catch (IOException e) {
            return e.toString();
        }
    }

    private void startBy(String via) {
        assumeTrue(!via.startsWith("mpjrun") || MpjHome.available(), "skipped: no MPJ Express");
        environment.put("VIA", via);
    }

    /** Slurm has other words than RUNNING for the state of a job that scancel has ended. */
    @ParameterizedTest
    @CsvSource({"srun, RUNNING", "mpjrun:hybrid, RUNNING", "srun, COMPLETING"})
    void trainingThatSlurmStopsGoesBackIntoTheQueueUnlessItIsCancelled(String via, String state) throws Exception {
        startBy(via);
        environment.put("STATE", state);
        environment.put("TRAIN", "--task synthetic --batch 100 --epochs 100000 --lr 1 --checkpoint-every 0");
        Process job = run("train.slurm");
        try {
            while (job.isAlive() && !logged().contains("epoch 2/")) {
                Thread.sleep(20); // not for ever: tests have a deadline
            }
            job.destroy();
            assertEquals(ExitCode.RESUME_LATER, job.waitFor(), this::logged);
            assertTrue(logged().contains("2 ranks over tcp"), this::logged);
            assertTrue(logged().contains("; go on with"), this::logged);
            boolean requeued = logged().contains("scontrol requeue " + environment.get("SLURM_JOB_ID"));
            assertEquals(state.equals("RUNNING"), requeued, this::logged);
        } finally {
            job.descendants().forEach(ProcessHandle::destroyForcibly);
            job.destroyForcibly();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"mpirun", "mpjrun:niodev"})
    void trainingThatRunsOutOfTimeUnderPbsIsHandedInAgain(String via) throws Exception {
        startBy(via);
        environment.put("TRAIN", "--task synthetic --batch 100 --epochs 2 --checkpoint-every 0");
        environment.put("TIME_LIMIT", "0.001");
        assertEquals(ExitCode.RESUME_LATER, run("train.pbs").waitFor(), this::logged);
        assertTrue(logged().contains("qsub " + folder.resolve("train.pbs")), this::logged);
        environment.put("TIME_LIMIT", "01:00:00");
        assertEquals(0, run("train.pbs").waitFor(), this::logged);
        assertTrue(logged().contains("going on after step 0"), this::logged);
        assertTrue(Files.exists(folder.resolve("out").resolve("report.json")), this::logged);
    }

    @ParameterizedTest
    @CsvSource({
        "program.slurm, srun",
        "program.slurm, mpjrun:niodev",
        "program.pbs, mpirun",
        "program.pbs, mpjrun:niodev"
    })
    void programsRun(String name, String via) throws Exception {
        startBy(via);
        environment.put("PROGRAM", "-- " + SumRanks.class.getName() + " some words");
        assertEquals(0, run(name).waitFor(), this::logged);
        for (int rank = 0; rank < 2; rank++) {
            String line = "rank " + rank + " of 2 over tcp: 3.0 some,words";
            assertTrue(logged().contains(line), this::logged);
        }
        if (name.equals("program.slurm") && via.startsWith("mpjrun")) {
            assertEquals(
                    List.of("127.0.0.1:1", "127.0.0.2:1"),
                    Files.readAllLines(folder.resolve("machines-" + environment.get("SLURM_JOB_ID"))));
        }
    }
}
