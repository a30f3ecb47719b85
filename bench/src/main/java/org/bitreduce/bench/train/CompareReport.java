// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.train;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import org.bitreduce.bench.Environment;
import org.bitreduce.bench.OutputFile;

/** Writes a comparison for programs. Stateless. */
final class CompareReport {

    private CompareReport() {}

    /** Writes {@code compare.csv}, one row per run. */
    static void writeCsv(Path folder, Comparison comparison) throws IOException {
        StringBuilder text = new StringBuilder(
                "method,seed,test_accuracy,test_loss,train_loss,average_bits,compression_ratio,megabytes_per_rank,seconds,parameters_sha256\n");
        for (String method : comparison.methods()) {
            for (RunRecord run : comparison.runs(method)) {
                text.append(String.format(
                        Locale.ROOT,
                        "%s,%d,%.6f,%.6f,%.6f,%.4f,%.4f,%.6f,%.2f,%s%n",
                        method,
                        run.seed(),
                        run.testAccuracy(),
                        run.testLoss(),
                        run.trainLoss(),
                        run.averageBits(),
                        run.compressionRatio(),
                        run.megabytesPerRank(),
                        run.seconds(),
                        run.parametersSha256()));
            }
        }
        OutputFile.replace(folder.resolve("compare.csv"), text.toString());
    }

    /**
     * Writes {@code compare.json}: the means of every method and the paired differences.
     *
     * @param settings of any of the runs
     * @param ranks number of ranks of each run
     */
    static void writeJson(Path folder, Comparison comparison, TrainSettings settings, int ranks) throws IOException {
        Map<String, Object> report = new LinkedHashMap<>();
        report.put("task", settings.task().name());
        report.put("np", ranks);
        report.put("epochs", settings.epochs());
        report.put("batch", settings.batch());
        report.put("seeds", comparison.seeds());
        report.put(
                "methods",
                comparison.methods().stream()
                        .map(method -> method(comparison, method))
                        .toList());
        report.put(
                "differences",
                comparison.pairs().stream().map(CompareReport::difference).toList());
        report.put("environment", Environment.now(ranks));
        OutputFile.replace(folder.resolve("compare.json"), Figures.json(report));
    }

    private static SequencedMap<String, Object> method(Comparison comparison, String method) {
        SequencedMap<String, Object> fields = new LinkedHashMap<>();
        double[] accuracies = comparison.values(method, RunRecord::testAccuracy);
        fields.put("method", method);
        fields.put("test_accuracies", accuracies);
        addInterval(fields, "test_accuracy", Interval.of(accuracies));
        fields.put("test_accuracy_sd", Figures.finite(Interval.standardDeviation(accuracies)));
        addInterval(fields, "train_loss", comparison.loss(method));
        fields.put("average_bits", comparison.mean(method, RunRecord::averageBits));
        fields.put("compression_ratio", Figures.finite(comparison.mean(method, RunRecord::compressionRatio)));
        fields.put("megabytes_per_rank", comparison.mean(method, RunRecord::megabytesPerRank));
        fields.put("seconds", comparison.mean(method, RunRecord::seconds));
        return fields;
    }

    private static Map<String, Object> difference(Comparison.Pair pair) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("method", pair.method());
        row.put("minus", pair.other());
        row.put("equal_bytes", pair.equalBytes());
        addInterval(row, "accuracy_points", pair.accuracy());
        row.put("accuracy_verdict", pair.accuracyVerdict().toString());
        addInterval(row, "train_loss", pair.loss());
        row.put("train_loss_verdict", pair.lossVerdict().toString());
        return row;
    }

    private static void addInterval(Map<String, Object> fields, String name, Interval interval) {
        fields.put(name, interval.mean());
        fields.put(name + "_half_width_95", Figures.finite(interval.halfWidth()));
    }
}
