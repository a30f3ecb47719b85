// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.bitreduce.launch.ExitCode;
import org.bitreduce.launch.Job;
import org.bitreduce.launch.JobResult;
import org.bitreduce.launch.Via;
import org.bitreduce.launch.cli.JobOptions;

/**
 * Starts the ranks of a benchmark and formats rows as they come.
 *
 * @param via how ranks are started
 * @param np number of ranks
 * @param options time-out and further flags of the ranks' JVMs
 */
record BenchRun(Via via, int np, JobOptions options) {

    /**
     * Runs a plan.
     *
     * @param plan what to measure; the file for the rows is filled in here
     * @param format of the output
     * @param out file for the output, or null for standard output
     * @return exit code: that of the job, or {@link ExitCode#DATA} if a result was wrong
     */
    int run(BenchPlan plan, RowFormat format, String out) throws IOException, InterruptedException {
        Path rows = Files.createTempFile("bitreduce-bench", ".jsonl");
        // A signal ends this JVM without the block below.
        rows.toFile().deleteOnExit();
        try {
            return run(job(plan.withRows(rows.toString())), rows, plan, format, out);
        } finally {
            Files.deleteIfExists(rows);
        }
    }

    private int run(Job job, Path rows, BenchPlan plan, RowFormat format, String out)
            throws IOException, InterruptedException {
        AtomicLong wrong = new AtomicLong();
        Environment environment = Environment.now(np);
        try (PrintStream file = out == null ? null : printer(Path.of(out))) {
            RowFormat.Output output = format.output(file == null ? System.out : file, environment, plan);
            // With the results in a file, the screen shows the usual table.
            RowFormat.Output screen =
                    file == null ? RowFormat.Output.NONE : RowFormat.of("text").output(System.out, environment, plan);
            JobResult result = follow(rows, job, row -> {
                wrong.addAndGet(row.wrong());
                output.row(row);
                screen.row(row);
            });
            output.end();
            screen.end();
            return exitCode(result, wrong.get());
        }
    }

    private static PrintStream printer(Path file) throws IOException {
        if (file.toAbsolutePath().getParent() != null) {
            Files.createDirectories(file.toAbsolutePath().getParent());
        }
        return new PrintStream(Files.newOutputStream(file), false, StandardCharsets.UTF_8);
    }

    private Job job(BenchPlan plan) {
        return options.applyTo(Job.of(via, np, BenchRank.class.getName(), plan.toArguments()));
    }

    private static JobResult follow(Path rows, Job job, Consumer<BenchRow> sink)
            throws IOException, InterruptedException {
        AtomicReference<JobResult> result = new AtomicReference<>();
        AtomicReference<RuntimeException> failure = new AtomicReference<>();
        Thread runner = new Thread(
                () -> {
                    try {
                        result.set(job.run());
                    } catch (RuntimeException e) {
                        failure.set(e);
                    }
                },
                "bench-job");
        runner.start();
        new RowFollower(rows, sink).follow(runner);
        if (failure.get() != null) {
            throw failure.get();
        }
        return result.get();
    }

    /** {@return the job's exit code, or that of wrong data; says why it is not 0} */
    static int exitCode(JobResult result, long wrong) {
        if (!result.ok()) {
            System.err.println("bitreduce: " + result.message());
            return result.exitCode();
        }
        if (wrong > 0) {
            System.err.println("bitreduce: %d elements are further off than their mode can be; see the column wrong"
                    .formatted(wrong));
            return ExitCode.DATA;
        }
        return ExitCode.OK;
    }
}
