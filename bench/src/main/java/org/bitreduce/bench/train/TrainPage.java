// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.train;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.bitreduce.bench.train.data.TaskData;
import org.bitreduce.bench.train.report.Curve;
import org.bitreduce.bench.train.report.HtmlPage;
import org.bitreduce.bench.train.report.SvgChart;

/** Writes a run as one page: {@code report.html}. Stateless. */
final class TrainPage {

    private static final int POINTS = 400;

    private TrainPage() {}

    static void write(Path file, String via, TrainSettings settings, TaskData data, TrainResult result)
            throws IOException {
        int ranks = result.ranks().size();
        Curve curve = Curve.of(result.history(), (long) settings.batch() * ranks, POINTS);
        HtmlPage page = new HtmlPage("%s with %s".formatted(settings.task().name(), settings.method()))
                .note("%d ranks over %s (%s), seed %d; %s"
                        .formatted(ranks, result.transport(), via, settings.seed(), data.origin()));
        page.heading("Result").facts(results(settings, data, result));
        String sent = curve.silent() ? "step" : "MB sent by rank 0";
        page.heading("Charts")
                .chart(new SvgChart("Training loss", sent, "training loss (nats)", false)
                        .line("training loss", curve.x(), curve.losses()))
                .chart(new SvgChart("Test accuracy after each epoch", sent, "test accuracy (%)", false)
                        .points("test accuracy", curve.epochs(), curve.accuracies()))
                .chart(new SvgChart("Bits per element", "step", "bits per element", false)
                        .line("bits, means of steps side by side", curve.steps(), curve.bits()))
                .chart(new SvgChart("Greatest magnitude in any rank's gradient", "step", "norm", false)
                        .line("norm, means of steps side by side", curve.steps(), curve.norms()));
        page.heading("Epochs")
                .table(
                        List.of("epoch", "training loss", "training accuracy (%)", "test loss", "test accuracy (%)"),
                        epochs(result));
        page.heading("Settings").facts(settings(settings, ranks, data));
        page.heading("Environment").facts(PageFacts.environment(ranks));
        page.write(file);
    }

    /** {@return what is printed at the end of the run, name by name} */
    private static Map<String, String> results(TrainSettings settings, TaskData data, TrainResult result) {
        Map<String, String> facts = new LinkedHashMap<>();
        Summary.of(settings, data, result).lines().forEach(line -> {
            String[] parts = line.split(" {2,}", 2);
            facts.put(parts[0].strip(), parts.length < 2 ? "" : parts[1].strip());
        });
        return facts;
    }

    private static List<List<String>> epochs(TrainResult result) {
        List<History.Epoch> epochs = result.history().epochs();
        return IntStream.range(0, epochs.size())
                .mapToObj(i -> List.of(
                        Integer.toString(i + 1),
                        Figures.number("%.4f", epochs.get(i).trainLoss()),
                        Figures.number("%.2f", 100 * epochs.get(i).trainAccuracy()),
                        Figures.number("%.4f", epochs.get(i).testLoss()),
                        Figures.number("%.2f", 100 * epochs.get(i).testAccuracy())))
                .toList();
    }

    private static Map<String, String> settings(TrainSettings settings, int ranks, TaskData data) {
        Map<String, String> facts = PageFacts.settings(settings.identity(ranks, data.fingerprint()));
        facts.putAll(PageFacts.data(data));
        return facts;
    }
}
