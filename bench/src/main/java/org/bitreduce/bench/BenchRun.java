// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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
     * @param targets what is to be written
     * @return exit code: that of the job, or {@link ExitCode#DATA} if a result was wrong
     * @throws IOException if something cannot be written
     */
    int run(BenchPlan plan, OutputOptions.Targets targets) throws IOException, InterruptedException {
        Path rows = Files.createTempFile("bitreduce-bench", ".jsonl");
        // A signal ends this JVM without the block below.
        rows.toFile().deleteOnExit();
        try {
            return run(job(plan.withRows(rows.toString())), rows, plan, targets);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        } finally {
            Files.deleteIfExists(rows);
        }
    }

    /**
     * Runs a plan and prints nothing.
     *
     * @param plan what to measure; the file for the rows is filled in here
     * @param sink gets each row as it comes
     * @return how the job ended
     */
    JobResult collect(BenchPlan plan, Consumer<MeasuredRow> sink) throws IOException, InterruptedException {
        Path rows = Files.createTempFile("bitreduce-bench", ".jsonl");
        rows.toFile().deleteOnExit();
        try {
            return follow(rows, job(plan.withRows(rows.toString())), sink);
        } finally {
            Files.deleteIfExists(rows);
        }
    }

    private int run(Job job, Path rows, BenchPlan plan, OutputOptions.Targets targets)
            throws IOException, InterruptedException {
        List<MeasuredRow> all = new ArrayList<>();
        Environment environment = Environment.now(np);
        JobResult result;
        // A full disk would be noticed after the run if the file were not written to before.
        try (PrintStream file = targets.out() == null ? null : OutputFile.open(targets.out())) {
            PrintStream out = file == null ? System.out : file;
            RowFormat.Output output = targets.format().output(out, environment, plan);
            // With the results in a file, the screen shows the usual table.
            RowFormat.Output screen =
                    file == null ? RowFormat.Output.NONE : RowFormat.TEXT.output(System.out, environment, plan);
            out.flush();
            result = follow(rows, job, row -> {
                all.add(row);
                output.row(row.row());
                screen.row(row.row());
            });
            output.end();
            screen.end();
        }
        if (!all.isEmpty()) {
            draw(targets, all);
        }
        return exitCode(result, all.stream().mapToLong(row -> row.row().wrong()).sum());
    }

    private static void draw(OutputOptions.Targets targets, List<MeasuredRow> rows) throws IOException {
        if (targets.histogram() != null) {
            warn(HistogramFile.write(targets.histogram(), rows));
        }
        if (targets.chart() != null) {
            warn(BenchChart.times(targets.chart(), rows));
        }
    }

    private static void warn(String text) {
        if (!text.isEmpty()) {
            System.err.println("bitreduce: " + text);
        }
    }

    private Job job(BenchPlan plan) {
        return options.applyTo(Job.of(via, np, BenchRank.class.getName(), plan.toArguments()));
    }

    private static JobResult follow(Path rows, Job job, Consumer<MeasuredRow> sink)
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
