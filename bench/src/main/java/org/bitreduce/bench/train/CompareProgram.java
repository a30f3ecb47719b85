// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.bitreduce.CommunicatorOptions;
import org.bitreduce.bench.train.data.TextData;
import org.bitreduce.bench.train.report.Charts;
import org.bitreduce.launch.LaunchException;

/**
 * Trains with several methods and seeds in one JVM, ranks being threads, and compares them. The data is read once. A run
 * gives the same parameters as {@code train} with the same options. Arguments after the word {@code --train}: folder,
 * number of ranks, number of seeds, methods joined by commas, options of {@code train}.
 */
public final class CompareProgram {

    private CompareProgram() {}

    /**
     * Compares.
     *
     * @param args as described above
     * @throws IOException if data cannot be read or results not written
     * @throws ExecutionException if a run failed
     * @throws InterruptedException if asked to stop
     */
    public static void main(String[] args) throws IOException, ExecutionException, InterruptedException {
        List<String> words = Arrays.asList(args);
        List<String> own = words.subList(words.indexOf(TrainRank.MARK) + 1, words.size());
        Path out = Path.of(own.get(0));
        int ranks = Integer.parseInt(own.get(1));
        int seeds = Integer.parseInt(own.get(2));
        List<String> methods = List.of(own.get(3).split(","));
        TrainOptions options = TrainOptions.parse(own.subList(4, own.size()));
        TrainSettings common = options.settings();
        TextData data = common.task().load(common.data());
        Comparison comparison = new Comparison();
        for (long seed = common.seed(); seed < common.seed() + seeds; seed++) {
            for (String method : methods) {
                options.method = method;
                TrainSettings settings = options.settings().withSeed(seed);
                TrainResult result;
                try {
                    result = run(ranks, data, settings);
                } catch (ExecutionException e) {
                    LaunchException refusal = Refusals.of(e.getCause(), settings);
                    if (refusal == null) {
                        throw e;
                    }
                    System.err.println("bitreduce: " + refusal.getMessage());
                    System.exit(refusal.exitCode());
                    return;
                }
                comparison.add(method, seed, result);
                System.err.printf(
                        Locale.ROOT,
                        "seed %d, %s: test accuracy %.2f %%, %.3f bits, %.1f s%n",
                        seed,
                        method,
                        100 * result.last().testAccuracy(),
                        result.averageBits(),
                        result.seconds());
            }
        }
        report(out, comparison, common, ranks);
    }

    private static TrainResult run(int ranks, TextData data, TrainSettings settings)
            throws ExecutionException, InterruptedException {
        CommunicatorOptions options =
                CommunicatorOptions.DEFAULT.withSeed(settings.seed()).withDeadline(settings.deadline());
        return ThreadGroupOfRanks.run(
                        ranks,
                        options,
                        communicator -> new TrainRun(
                                        new CommunicatorExchange(communicator), data, settings, Progress.SILENT)
                                .run(null, false))
                .getFirst();
    }

    private static void report(Path out, Comparison comparison, TrainSettings settings, int ranks) throws IOException {
        Files.createDirectories(out);
        CompareReport.writeCsv(out, comparison);
        CompareReport.writeJson(out, comparison, settings, ranks);
        Map<String, History> histories = new LinkedHashMap<>();
        comparison
                .methods()
                .forEach(method ->
                        histories.put(method, comparison.runs(method).getFirst().history()));
        String title = "%s, %d ranks, seed %d".formatted(settings.task().name(), ranks, settings.seed());
        String problem = Charts.drawComparison(out, title, histories, (long) settings.batch() * ranks);
        System.out.print(comparison.table());
        System.out.println("\nwritten to " + out + (problem.isEmpty() ? "" : "\n" + problem));
    }
}
