// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.train;

import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.bitreduce.launch.ExitCode;
import org.bitreduce.launch.Job;
import org.bitreduce.launch.JobResult;
import org.bitreduce.launch.LaunchException;
import org.bitreduce.launch.Via;
import org.bitreduce.launch.cli.JobOptions;
import org.bitreduce.launch.mpj.MpjHome;
import org.bitreduce.text.Names;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code train}: starts ranks that train together. */
@Command(
        name = "train",
        description = "Distributed training with few-bit gradients.",
        footer = {
            "",
            "Without options: 4 ranks learn from the JDK's own sources in under a minute.",
            "Results: DIR/report.html (all in one page), report.json, steps.csv, loss.png, bits.png."
        })
final class TrainCommand implements Callable<Integer> {

    private static final int DEFAULT_RANKS = 4;

    @Mixin
    private TrainOptions options;

    @Mixin
    private SavingOptions saving;

    @Mixin
    private JobOptions jobOptions;

    @Option(names = "--np", paramLabel = "N", description = "number of ranks; default 4")
    private Integer np;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "folder of the results; default out/train-TASK-METHOD-TIME")
    private Path out;

    @Option(
            names = "--resume",
            paramLabel = "DIR|auto",
            description =
                    "go on with the run in DIR, from its newest checkpoint; auto: in that of --out if there is a run, else start one there")
    private Path resume;

    @Override
    public Integer call() throws IOException {
        saving.check();
        boolean auto = resume != null && resume.toString().equals("auto");
        if (auto && out == null) {
            throw new IllegalArgumentException("--resume=auto needs to be told where the run is: give --out=DIR too");
        }
        if (auto) {
            resume = RunFolder.isRun(out) ? out : null;
        } else if (resume != null && out != null) {
            throw new IllegalArgumentException(
                    "a resumed run goes on in its own folder: leave --out away; resume=%s, out=%s"
                            .formatted(resume, out));
        }
        RunFolder.Start start = start();
        TrainOptions run = TrainOptions.parse(start.words());
        TrainSettings settings = run.settings();
        settings.requireCarried(start.ranks());
        requireData(settings);
        Via how = jobOptions.via(usualVia());
        Path folder = folder(settings).toAbsolutePath();
        if (resume == null) {
            new RunFolder(folder).begin(start);
        }
        Saving.Start from = resume == null ? Saving.Start.NEW : auto ? Saving.Start.AUTO : Saving.Start.RESUME;
        JobResult result = job(how, start.ranks(), run, folder, from).run();
        if (!result.ok()) {
            System.err.println("bitreduce: " + result.message());
        }
        return result.exitCode();
    }

    /** {@return the ranks and options of the run; of a resumed one those that were saved, if this command names no others} */
    private RunFolder.Start start() throws IOException {
        if (resume == null) {
            return new RunFolder.Start(np == null ? DEFAULT_RANKS : np, options.toArguments());
        }
        RunFolder.Start saved = new RunFolder(resume).load();
        List<String> words = new ArrayList<>(saved.words());
        words.addAll(options.toArguments());
        RunFolder.Start start = new RunFolder.Start(np == null ? saved.ranks() : np, words);
        Checks.sameRun(saved.identity(), start.identity());
        return start;
    }

    private Path folder(TrainSettings settings) {
        if (resume != null) {
            return resume;
        }
        return out == null ? defaultFolder(settings) : out;
    }

    /** Says that data is missing before ranks are started. */
    static void requireData(TrainSettings settings) {
        try {
            settings.task().requireData(settings.data());
        } catch (IOException missing) {
            throw new LaunchException(ExitCode.UNAVAILABLE, missing.getMessage(), missing);
        }
    }

    /** {@return the way to start ranks: MPJ Express' one-JVM device where there is a private MPJ home, else processes} */
    private static Via usualVia() {
        return MpjHome.available() ? Via.MPJRUN_MULTICORE : Via.LOCAL_PROCESSES;
    }

    private Job job(Via how, int ranks, TrainOptions run, Path folder, Saving.Start from) {
        List<String> words = new ArrayList<>();
        words.add(TrainRank.MARK);
        words.add(folder.toString());
        words.add(Names.of(from));
        words.add(how.toString());
        words.addAll(saving.words());
        words.addAll(run.toArguments());
        Job job = jobOptions.applyTo(Job.of(how, ranks, TrainRank.class.getName(), words.toArray(String[]::new)));
        return Boolean.getBoolean(TrainRank.TERMINAL)
                ? job.withJvmFlags("-D%s=true".formatted(TrainRank.TERMINAL))
                : job;
    }

    private static Path defaultFolder(TrainSettings settings) {
        String method = settings.method().toString().replaceAll("[^A-Za-z0-9.-]+", "-");
        return timed("train-%s-%s".formatted(settings.task().name(), method));
    }

    /** {@return a folder for results, named after what they are of and the time} */
    static Path timed(String name) {
        DateTimeFormatter digits = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss", Locale.ROOT);
        return Path.of(
                "out", name + "-" + LocalDateTime.now(ZoneId.systemDefault()).format(digits));
    }
}
