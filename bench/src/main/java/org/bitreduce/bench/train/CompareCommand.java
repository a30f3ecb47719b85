// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
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
        description = "Trains with several methods and seeds, and compares accuracies and bytes.",
        footer = {"", "Results: DIR/compare.csv, DIR/compare.json, DIR/loss.png, DIR/bits.png."})
final class CompareCommand implements Callable<Integer> {

    @Mixin
    private TrainOptions options;

    @Option(
            names = "--methods",
            split = ",",
            paramLabel = "METHOD",
            description = "as --method of train, joined by commas; default fp32,fixed:4,dqsgd:4")
    private List<String> methods = List.of("fp32", "fixed:4", "dqsgd:4");

    @Option(names = "--seeds", paramLabel = "N", description = "number of seeds, from --seed up; default 3")
    private int seeds = 3;

    @Option(names = "--np", paramLabel = "N", description = "ranks of each run; default 4")
    private int np = 4;

    @Option(names = "--via", paramLabel = "HOW", description = "local:threads, the only way here: all runs in one JVM")
    private String via = Via.LOCAL_THREADS.toString();

    @Option(names = "--out", paramLabel = "DIR", description = "folder of the results; default out/compare-TASK-TIME")
    private Path out;

    @Option(names = "--time-out", paramLabel = "SECONDS", description = "end the job after this time; default 0, never")
    private long timeOut;

    @Override
    public Integer call() throws IOException {
        Checks.range("seeds", seeds, 1, 1_000);
        Checks.range("time-out", timeOut, 0, Integer.MAX_VALUE);
        if (Via.parse(via) != Via.LOCAL_THREADS) {
            throw new IllegalArgumentException(
                    "compare runs its ranks as threads: use --via local:threads, or train for single runs; via=" + via);
        }
        if (new HashSet<>(methods).size() != methods.size()) {
            throw new IllegalArgumentException("a method stands twice: methods=" + methods);
        }
        if (options.method != null) {
            throw new IllegalArgumentException("compare takes several methods: use --methods=%s; method=%s"
                    .formatted(options.method, options.method));
        }
        if (options.checkpointEvery != null) {
            throw new IllegalArgumentException(
                    "compare writes no checkpoints: leave --checkpoint-every away, or use train; checkpoint-every="
                            + options.checkpointEvery);
        }
        for (String method : methods) {
            options.method = method;
            options.settings().requireCarried(np);
        }
        TrainSettings settings = options.settings();
        TrainCommand.requireData(settings);
        Path folder =
                (out == null ? TrainCommand.timed("compare-" + settings.task().name()) : out).toAbsolutePath();
        Files.createDirectories(folder);
        List<String> words = new ArrayList<>(List.of(
                TrainRank.MARK,
                folder.toString(),
                Integer.toString(np),
                Integer.toString(seeds),
                String.join(",", methods)));
        words.addAll(options.toArguments());
        JobResult result = Job.of(Via.LOCAL_PROCESSES, 1, CompareProgram.class.getName(), words.toArray(String[]::new))
                .withTimeOut(Duration.ofSeconds(timeOut))
                .run();
        if (!result.ok()) {
            System.err.println("bitreduce: " + result.message());
        }
        return result.exitCode();
    }
}
