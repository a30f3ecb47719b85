// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.simulate;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.bitreduce.launch.Job;
import org.bitreduce.launch.JobResult;
import org.bitreduce.launch.LaunchException;
import org.bitreduce.launch.Via;
import org.bitreduce.launch.cli.JobOptions;
import tools.jackson.databind.ObjectMapper;

/**
 * Runs what a plan says in JVMs that have the flags of ranks, and reads what they write.
 *
 * @param options time-out and further flags of those JVMs
 */
record PlanJobs(JobOptions options) {

    /**
     * What came of a plan.
     *
     * @param <R> the kind of rows
     * @param rows as far as it was carried out
     * @param refusal why the rest is missing, or null
     */
    record Rows<R>(List<R> rows, String refusal) {

        /** Throws {@link IllegalArgumentException} if something was refused. */
        void requireAll() {
            if (refusal != null) {
                throw new IllegalArgumentException(refusal);
            }
        }
    }

    /** {@return what the model says} */
    Rows<Prediction> predict(SimulationPlan plan) throws IOException {
        return run(plan, 1, SimulationRank.class, Prediction.class);
    }

    /** {@return what as many real ranks as the plan's only number take} */
    List<Measured> measure(SimulationPlan plan) throws IOException {
        return run(plan, plan.ranks().getFirst(), CheckRank.class, Measured.class)
                .rows();
    }

    private <R> Rows<R> run(SimulationPlan plan, int np, Class<?> program, Class<R> kind) throws IOException {
        Path file = Files.createTempFile("bitreduce-simulate", ".jsonl");
        // A signal ends this JVM without the block below.
        file.toFile().deleteOnExit();
        try {
            String word = plan.withRows(file.toString()).toWord();
            Via way = options.via(Via.LOCAL_PROCESSES);
            if (way != Via.LOCAL_PROCESSES) {
                throw new IllegalArgumentException(
                        "simulate measures ranks that are processes of this host: leave --via away; via=" + way);
            }
            JobResult result =
                    options.applyTo(Job.of(way, np, program.getName(), word)).run();
            if (!result.ok()) {
                throw new LaunchException(result.exitCode(), result.message());
            }
            return read(file, kind);
        } finally {
            Files.deleteIfExists(file);
        }
    }

    private static <R> Rows<R> read(Path file, Class<R> kind) throws IOException {
        ObjectMapper mapper = new ObjectMapper();
        List<R> rows = new ArrayList<>();
        for (String line : Files.readAllLines(file)) {
            if (line.startsWith(SimulationRank.REFUSAL)) {
                return new Rows<>(rows, line.substring(SimulationRank.REFUSAL.length()));
            }
            rows.add(mapper.readValue(line, kind));
        }
        return new Rows<>(rows, null);
    }
}
