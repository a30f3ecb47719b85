// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.train;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;
import org.bitreduce.bench.Environment;
import org.bitreduce.bench.OutputFile;
import org.bitreduce.bench.train.History.Column;
import org.bitreduce.bench.train.TrainResult.RankReport;
import org.bitreduce.bench.train.data.ImageData;
import org.bitreduce.bench.train.data.TaskData;
import org.bitreduce.bench.train.data.TextData;
import org.bitreduce.bench.train.model.Layer;
import org.bitreduce.dqsgd.MethodKind;
import org.bitreduce.text.Names;

/** The report of a run for programs. Stateless. */
final class ReportJson {

    private ReportJson() {}

    static void write(Path file, String via, TrainSettings settings, TaskData data, TrainResult result)
            throws IOException {
        SequencedMap<String, Object> report = fields(via, settings, data, result);
        report.put("environment", Environment.now(result.ranks().size()));
        OutputFile.replace(file, Figures.json(report));
    }

    /** {@return all fields but the environment} Numbers that do not exist, such as ratios of nothing sent, are null. */
    static SequencedMap<String, Object> fields(String via, TrainSettings settings, TaskData data, TrainResult result) {
        SequencedMap<String, Object> report = new LinkedHashMap<>();
        report.put("task", settings.task().name());
        report.put("method", settings.method().toString());
        report.put("mode", Names.of(result.mode()));
        report.put("order", Names.of(settings.order()));
        report.put("overlap", settings.overlap());
        report.put("np", result.ranks().size());
        report.put("via", via);
        report.put("transport", result.transport());
        report.put("seed", settings.seed());
        report.put("epochs", settings.epochs());
        report.put("steps", result.history().steps());
        report.put("batch", settings.batch());
        report.put("lr", settings.learningRate());
        report.put("momentum", settings.momentum());
        report.put("weight_decay", settings.weightDecay());
        report.put("parameters", result.parameterCount());
        report.put("data", data(data));
        report.put("train_loss", result.last().trainLoss());
        report.put("train_accuracy", result.last().trainAccuracy());
        report.put("test_loss", result.last().testLoss());
        report.put("test_accuracy", result.last().testAccuracy());
        report.put(
                "epoch_test_accuracy",
                result.history().epochs().stream()
                        .map(History.Epoch::testAccuracy)
                        .toList());
        addBits(report, settings, result);
        report.put("seconds", result.seconds());
        report.put("parameters_sha256", result.parametersSha256());
        report.put("ranks", ranks(result));
        return report;
    }

    private static void addBits(SequencedMap<String, Object> report, TrainSettings settings, TrainResult result) {
        report.put("average_bits", result.averageBits());
        boolean budgeted = settings.method().kind() == MethodKind.DQSGD;
        report.put("bits_budget", budgeted ? settings.method().parameter() : null);
        report.put(
                "bits_budget_used",
                budgeted ? result.averageBits() / settings.method().parameter() : null);
        report.put("widths", widths(result.history()));
        report.put("layers", layers(result));
        report.put("wire_bits_per_element", Figures.finite(result.wireBitsPerElement()));
        report.put("compression_ratio", Figures.finite(result.compressionRatio()));
        report.put(
                "wire_bytes_per_rank",
                result.ranks().stream().map(RankReport::gradientBytes).toList());
    }

    /** {@return how many steps had how many bits} An average over layers counts as the nearest whole number. */
    private static Map<Integer, Integer> widths(History history) {
        Map<Integer, Integer> widths = new TreeMap<>();
        for (int step = 0; step < history.steps(); step++) {
            widths.merge((int) Math.round(history.get(step, Column.BITS)), 1, Integer::sum);
        }
        return widths;
    }

    private static List<Map<String, Object>> layers(TrainResult result) {
        List<Map<String, Object>> layers = new ArrayList<>();
        for (Layer layer : result.layers()) {
            Map<Integer, Integer> widths = new TreeMap<>();
            for (int step = 0; step < result.history().steps(); step++) {
                widths.merge(result.history().layerBits(step, layers.size()), 1, Integer::sum);
            }
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("name", layer.name());
            fields.put("parameters", layer.count());
            fields.put("widths", widths);
            layers.add(fields);
        }
        return layers;
    }

    private static Map<String, Object> data(TaskData data) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("origin", data.origin());
        fields.put("train_examples", data.trainSize());
        fields.put("test_examples", data.testSize());
        switch (data) {
            case TextData text -> fields.put("words", text.words());
            case ImageData images -> fields.put("pixels", images.train().features());
        }
        fields.put("classes", data.classes());
        return fields;
    }

    private static List<Map<String, Object>> ranks(TrainResult result) {
        List<Map<String, Object>> ranks = new ArrayList<>();
        for (RankReport rank : result.ranks()) {
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("rank", ranks.size());
            fields.put("pid", rank.pid());
            fields.put("host", rank.host());
            fields.put("gradient_bytes_sent", rank.gradientBytes());
            fields.put("all_bytes_sent", rank.allBytes());
            ranks.add(fields);
        }
        return ranks;
    }
}
