// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import org.bitreduce.bench.Environment;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** Writes a comparison for programs. Stateless. */
final class CompareReport {

    private CompareReport() {}

    /** Writes {@code compare.csv}, one row per run. */
    static void writeCsv(Path folder, Comparison comparison) throws IOException {
        StringBuilder text = new StringBuilder(
                "method,seed,test_accuracy,test_loss,train_loss,average_bits,compression_ratio,seconds,parameters_sha256\n");
        for (String method : comparison.methods()) {
            List<TrainResult> runs = comparison.runs(method);
            for (int i = 0; i < runs.size(); i++) {
                TrainResult run = runs.get(i);
                text.append(String.format(
                        Locale.ROOT,
                        "%s,%d,%.6f,%.6f,%.6f,%.4f,%.4f,%.2f,%s%n",
                        method,
                        comparison.seeds().get(i),
                        run.last().testAccuracy(),
                        run.last().testLoss(),
                        run.last().trainLoss(),
                        run.averageBits(),
                        run.compressionRatio(),
                        run.seconds(),
                        run.parametersSha256()));
            }
        }
        Files.writeString(folder.resolve("compare.csv"), text);
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
        report.put("differences", differences(comparison));
        report.put("environment", Environment.now(ranks));
        JsonMapper mapper =
                JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
        Files.writeString(folder.resolve("compare.json"), mapper.writeValueAsString(report) + "\n");
    }

    private static SequencedMap<String, Object> method(Comparison comparison, String method) {
        SequencedMap<String, Object> fields = new LinkedHashMap<>();
        double[] accuracies = comparison.values(method, run -> run.last().testAccuracy());
        fields.put("method", method);
        fields.put("test_accuracies", accuracies);
        fields.put("test_accuracy", PairedDifference.mean(accuracies));
        fields.put("test_accuracy_sd", finite(PairedDifference.standardDeviation(accuracies)));
        fields.put("average_bits", PairedDifference.mean(comparison.values(method, TrainResult::averageBits)));
        double ratio = PairedDifference.mean(comparison.values(method, TrainResult::compressionRatio));
        fields.put("compression_ratio", finite(ratio));
        fields.put("seconds", PairedDifference.mean(comparison.values(method, TrainResult::seconds)));
        return fields;
    }

    private static List<Map<String, Object>> differences(Comparison comparison) {
        List<Map<String, Object>> rows = new ArrayList<>();
        List<String> methods = comparison.methods();
        for (int i = 1; i < methods.size(); i++) {
            for (int j = 0; j < i; j++) {
                PairedDifference difference = comparison.difference(methods.get(i), methods.get(j));
                Map<String, Object> row = new LinkedHashMap<>();
                row.put("method", methods.get(i));
                row.put("minus", methods.get(j));
                row.put("accuracy_points", difference.mean());
                row.put("half_width_95", finite(difference.halfWidth()));
                rows.add(row);
            }
        }
        return rows;
    }

    private static Double finite(double value) {
        return Double.isFinite(value) ? value : null;
    }
}
