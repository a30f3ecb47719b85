// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.train;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.bitreduce.CommunicatorOptions;
import org.bitreduce.bench.OutputFile;
import org.bitreduce.bench.train.data.TaskData;
import org.bitreduce.bench.train.report.Charts;
import org.bitreduce.bench.train.report.Curve;
import org.bitreduce.launch.LaunchException;

/**
 * Trains with several methods and seeds in one JVM, ranks being threads, and compares them. The data is read once. A run
 * gives the same parameters as {@code train} with the same options. Arguments after the word {@code --train}: folder,
 * options of {@code compare}. Runs that the folder holds already are not made again.
 */
public final class CompareProgram {

    private final CompareFolder folder;
    private final CompareOptions options;
    private final TaskData data;
    private final Map<CompareProgress.RunName, RunRecord> finished = new LinkedHashMap<>();

    private CompareProgram(CompareFolder folder, CompareOptions options, TaskData data) {
        this.folder = folder;
        this.options = options;
        this.data = data;
    }

    /**
     * Compares.
     *
     * @param args as described above
     * @throws LaunchException if it cannot go on
     * @throws ExecutionException if a run failed
     * @throws InterruptedException if asked to stop
     */
    public static void main(String[] args) throws ExecutionException, InterruptedException {
        List<String> words = Arrays.asList(args);
        List<String> own = words.subList(words.indexOf(TrainRank.MARK) + 1, words.size());
        Path out = Path.of(own.getFirst());
        CompareOptions options = CompareOptions.parse(own.subList(1, own.size()));
        TrainSettings common = options.settings().getFirst();
        try {
            TaskData data = DataReading.load("compare", common);
            new CompareProgram(new CompareFolder(out), options, data).run();
        } catch (IOException e) {
            throw OutputFile.refusal(e);
        }
    }

    private void run() throws IOException, ExecutionException, InterruptedException {
        List<TrainSettings> methods = options.settings();
        int runs = methods.size() * options.seedCount();
        for (int seed = 0; seed < options.seedCount(); seed++) {
            for (TrainSettings first : methods) {
                TrainSettings settings = first.withSeed(first.seed() + seed);
                finished.put(
                        name(settings), folder.find(settings.method().toString(), settings.seed(), identity(settings)));
            }
        }
        int kept = (int) finished.values().stream().filter(run -> run != null).count();
        if (kept > 0) {
            System.err.printf("%d of %d runs are there already%n", kept, runs);
        }
        var progress = new CompareProgress(System.err, Boolean.getBoolean(TrainRank.TERMINAL), runs, kept);
        Comparison comparison = new Comparison();
        for (int seed = 0; seed < options.seedCount(); seed++) {
            for (TrainSettings first : methods) {
                TrainSettings settings = first.withSeed(first.seed() + seed);
                RunRecord run = finished.get(name(settings));
                comparison.add(run == null ? train(settings, progress) : run);
            }
        }
        report(comparison, methods.getFirst());
    }

    private String identity(TrainSettings settings) {
        return settings.identity(options.ranks(), data.fingerprint());
    }

    private static CompareProgress.RunName name(TrainSettings settings) {
        return new CompareProgress.RunName(settings.method().toString(), settings.seed());
    }

    private RunRecord train(TrainSettings settings, CompareProgress progress)
            throws IOException, ExecutionException, InterruptedException {
        progress.begin(name(settings));
        CommunicatorOptions joining =
                CommunicatorOptions.DEFAULT.withSeed(settings.seed()).withDeadline(settings.deadline());
        try {
            TrainResult result = ThreadGroupOfRanks.run(
                            options.ranks(),
                            joining,
                            communicator -> new TrainRun(
                                            new CommunicatorExchange(communicator),
                                            data,
                                            settings,
                                            communicator.rank() == 0 ? progress : Progress.SILENT)
                                    .run(Saving.NONE))
                    .getFirst();
            RunRecord run = RunRecord.of(identity(settings), settings, result);
            folder.keep(run);
            progress.end(run);
            return run;
        } catch (ExecutionException e) {
            LaunchException refusal = Refusals.of(e.getCause(), settings);
            if (refusal == null) {
                throw e;
            }
            throw refusal;
        }
    }

    private void report(Comparison comparison, TrainSettings settings) throws IOException {
        Path out = folder.path();
        CompareReport.writeCsv(out, comparison);
        CompareReport.writeJson(out, comparison, settings, options.ranks());
        ComparePage.write(out, comparison, settings, data);
        Map<String, Curve> curves = new LinkedHashMap<>();
        comparison
                .methods()
                .forEach(method ->
                        curves.put(method, comparison.runs(method).getFirst().curve()));
        List<Charts.Accuracy> accuracies = comparison.methods().stream()
                .map(method -> new Charts.Accuracy(
                        method,
                        comparison.mean(method, RunRecord::megabytesPerRank),
                        comparison.accuracy(method).mean(),
                        comparison.accuracy(method).halfWidth()))
                .toList();
        String title = "%s, %d ranks".formatted(settings.task().name(), options.ranks());
        String problem = options.ranks() == 1
                ? "no charts were drawn: one rank sends nothing"
                : Charts.drawComparison(out, title, curves, accuracies);
        System.out.print(CompareTable.of(comparison));
        System.out.println("\nwritten to " + out + (problem.isEmpty() ? "" : "\n" + problem));
        System.out.println("open " + out.resolve("report.html"));
    }
}
