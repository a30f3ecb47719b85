// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.bitreduce.Mode;
import org.bitreduce.Order;
import org.bitreduce.algorithm.Algorithm;
import org.bitreduce.algorithm.AlgorithmTable;
import org.bitreduce.algorithm.Operation;
import org.bitreduce.launch.JobResult;
import org.bitreduce.launch.LaunchException;
import org.bitreduce.launch.Via;
import org.bitreduce.launch.cli.JobOptions;
import org.bitreduce.text.Names;

/** Measures schedules, each in a job of its own: one table of algorithms holds for a job. Confined to one thread. */
public final class Trials {

    /**
     * What all schedules have to carry.
     *
     * @param operation the collective
     * @param bytes sizes of the vector
     * @param bits widths, 32 for plain floats
     * @param mode arithmetic of quantized all-reduces, null for the usual one
     * @param bucket elements that share a scale
     * @param iterations measured calls, 0 to choose by size
     * @param warmup calls before those, -1 to choose by size
     */
    public record Load(
            Operation operation,
            List<Long> bytes,
            List<Integer> bits,
            Mode mode,
            int bucket,
            int iterations,
            int warmup) {

        /** Copies the lists. */
        public Load {
            bytes = List.copyOf(bytes);
            bits = List.copyOf(bits);
        }
    }

    private final Via via;
    private final JobOptions job;
    private final Path table;

    /**
     * Prepares.
     *
     * @param via how ranks are started
     * @param job further options of the jobs; ranks get a table of algorithms from here on
     * @throws IOException if the table's file cannot be made
     */
    public Trials(Via via, JobOptions job) throws IOException {
        this.via = via;
        this.job = job;
        this.table = Files.createTempFile("bitreduce-algorithms", ".txt");
        table.toFile().deleteOnExit();
        job.addJvmFlag("-D%s=%s".formatted(AlgorithmTable.PROPERTY, table));
    }

    /**
     * Measures one schedule.
     *
     * @param algorithm carries what it can, {@link Algorithm#DIRECT} the rest
     * @param np number of ranks
     * @param load what it has to carry
     * @return what it carried
     * @throws IOException if a file cannot be read or written
     * @throws InterruptedException if the thread is interrupted
     * @throws LaunchException if the ranks failed, with the job's exit code
     */
    public List<Trial> measure(Algorithm algorithm, int np, Load load) throws IOException, InterruptedException {
        Files.writeString(table, AlgorithmTable.only(algorithm).toString());
        BenchPlan plan = new BenchPlan(
                Collective.of(Names.of(load.operation())),
                via.toString(),
                load.bytes(),
                load.bits(),
                load.mode(),
                algorithm == Algorithm.HALVING ? Order.FREE : Order.RANK,
                load.bucket(),
                List.of(Place.OUT_OF_PLACE),
                load.iterations(),
                load.warmup(),
                1,
                List.of(Form.BLOCKING),
                0,
                false,
                false,
                false,
                "");
        List<Trial> trials = new ArrayList<>();
        JobResult result = new BenchRun(via, np, job).collect(plan, row -> {
            Trial trial = trial(row.row(), load.operation());
            if (trial.algorithm() == algorithm || trial.wrong() > 0) {
                trials.add(trial);
            }
        });
        if (!result.ok()) {
            throw new LaunchException(result.exitCode(), result.message());
        }
        return trials;
    }

    private static Trial trial(BenchRow row, Operation operation) {
        return new Trial(
                row.transport(),
                operation,
                Names.parse(Mode.class, "mode", row.mode()),
                row.np(),
                row.bits(),
                operation.sharesVector() ? row.bytes() / row.np() : row.bytes(),
                Names.parse(Algorithm.class, "algorithm", row.algorithm()),
                row.p50Us(),
                row.wrong());
    }
}
