// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.train;

import java.nio.file.Path;
import java.util.Locale;
import org.bitreduce.bench.train.History.Column;
import org.bitreduce.bench.train.TrainResult.RankReport;
import org.bitreduce.bench.train.data.TaskData;

/** The last words of a run. Stateless. */
final class Summary {

    private Summary() {}

    static String of(TrainSettings settings, TaskData data, TrainResult result) {
        int steps = result.history().steps();
        double perStep = 1e3 * steps;
        StringBuilder text = new StringBuilder();
        line(
                text,
                "task",
                String.format(
                        Locale.ROOT,
                        "%s, %,d training and %,d test examples, %d classes, %s",
                        settings.task().name(),
                        data.trainSize(),
                        data.testSize(),
                        data.classes().size(),
                        data.origin()));
        line(
                text,
                "method",
                String.format(
                        Locale.ROOT,
                        "%s, %d ranks over %s, seed %d",
                        settings.method(),
                        result.ranks().size(),
                        result.transport(),
                        settings.seed()));
        line(
                text,
                "test accuracy",
                String.format(
                        Locale.ROOT,
                        "%.2f %%  (test loss %.3f, training loss %.3f)",
                        100 * result.last().testAccuracy(),
                        result.last().testLoss(),
                        result.last().trainLoss()));
        line(
                text,
                "bits",
                String.format(
                        Locale.ROOT,
                        "%.3f per element on average over %,d steps of %,d parameters",
                        result.averageBits(),
                        steps,
                        result.parameterCount()));
        if (result.ranks().size() > 1) {
            line(
                    text,
                    "sent per rank",
                    String.format(
                            Locale.ROOT,
                            "%s for gradients; plain floats: %s",
                            ConsoleProgress.megabytes(most(result)),
                            ConsoleProgress.megabytes(
                                    result.plainBytes() / result.ranks().size())));
            line(
                    text,
                    "compression",
                    String.format(
                            Locale.ROOT,
                            "%.2f times fewer bytes than plain floats, headers and agreement included",
                            result.compressionRatio()));
        }
        line(
                text,
                "time",
                String.format(
                        Locale.ROOT,
                        "%.1f s; per step, on rank 0: compute %.2f ms, codec %.2f ms, %s %.2f ms",
                        result.seconds(),
                        result.history().sum(0, steps, Column.COMPUTE) / perStep,
                        result.history().sum(0, steps, Column.CODEC) / perStep,
                        settings.overlap() ? "waiting" : "communication",
                        result.history().sum(0, steps, Column.COMMUNICATION) / perStep));
        line(
                text,
                "parameters",
                String.format(Locale.ROOT, "sha256 %s, equal on all ranks", result.parametersSha256()));
        return text.toString();
    }

    /** {@return the last line, once all is written} */
    static String written(Path out) {
        StringBuilder text = new StringBuilder();
        line(text, "written to", out.toString());
        return text.toString();
    }

    private static double most(TrainResult result) {
        return result.ranks().stream()
                .mapToLong(RankReport::gradientBytes)
                .max()
                .orElse(0);
    }

    private static void line(StringBuilder text, String name, String value) {
        text.append(String.format(Locale.ROOT, "%-14s  ", name)).append(value).append('\n');
    }
}
