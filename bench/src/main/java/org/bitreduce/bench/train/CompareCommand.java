// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.train;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.bitreduce.launch.Job;
import org.bitreduce.launch.JobResult;
import org.bitreduce.launch.Via;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code compare}: several methods, several seeds, one table. */
@Command(
        name = "compare",
        description = "Train with several methods and seeds, and compare accuracies, losses and bytes.",
        footer = {
            "",
            "Results: DIR/report.html (all in one page), compare.csv, compare.json, loss.png, bits.png, accuracy.png.",
            "DIR/runs keeps every finished run: --resume DIR goes on, also with more --seeds or other --methods."
        })
final class CompareCommand implements Callable<Integer> {

    @Mixin
    private CompareOptions options;

    @Option(names = "--via", paramLabel = "HOW", description = "local:threads, the only way here: all runs in one JVM")
    private String via = Via.LOCAL_THREADS.toString();

    @Option(names = "--out", paramLabel = "DIR", description = "folder of the results; default out/compare-TASK-TIME")
    private Path out;

    @Option(
            names = "--resume",
            paramLabel = "DIR",
            description = "go on with the comparison in DIR; what it has finished is kept")
    private Path resume;

    @Option(names = "--time-out", paramLabel = "SECONDS", description = "end the job after this time; default 0, never")
    private long timeOut;

    @Override
    public Integer call() throws IOException {
        Checks.range("time-out", timeOut, 0, Integer.MAX_VALUE);
        if (Via.parse(via) != Via.LOCAL_THREADS) {
            throw new IllegalArgumentException(
                    "compare runs its ranks as threads: use --via local:threads, or train for single runs; via=" + via);
        }
        if (resume != null && out != null) {
            throw new IllegalArgumentException(
                    "a resumed comparison goes on in its own folder: leave --out away; resume=%s, out=%s"
                            .formatted(resume, out));
        }
        List<String> words = new ArrayList<>();
        if (resume != null) {
            words.addAll(new CompareFolder(resume).load());
        }
        words.addAll(options.toArguments());
        TrainSettings settings = CompareOptions.parse(words).settings().getFirst();
        TrainCommand.requireData(settings);
        Path folder = resume != null
                ? resume
                : out != null
                        ? out
                        : TrainCommand.timed("compare-" + settings.task().name());
        CompareFolder kept = new CompareFolder(folder);
        if (resume == null) {
            kept.begin(words);
        } else {
            kept.save(words);
        }
        JobResult result = job(folder.toAbsolutePath(), words).run();
        if (!result.ok()) {
            System.err.println("bitreduce: %s; finished runs are kept: go on by ./bitreduce compare --resume %s"
                    .formatted(result.message(), folder));
        }
        return result.exitCode();
    }

    private Job job(Path folder, List<String> words) {
        List<String> arguments = new ArrayList<>(List.of(TrainRank.MARK, folder.toString()));
        arguments.addAll(words);
        Job job = Job.of(Via.LOCAL_PROCESSES, 1, CompareProgram.class.getName(), arguments.toArray(String[]::new))
                .withTimeOut(Duration.ofSeconds(timeOut));
        return Boolean.getBoolean(TrainRank.TERMINAL)
                ? job.withJvmFlags("-D%s=true".formatted(TrainRank.TERMINAL))
                : job;
    }
}
