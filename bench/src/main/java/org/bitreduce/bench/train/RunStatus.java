// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.bitreduce.bench.OutputFile;
import org.bitreduce.bench.train.checkpoint.CheckpointStore;
import org.bitreduce.launch.ExitCode;
import org.bitreduce.launch.LaunchException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/**
 * How far the run in a folder is, as its files tell; they are read and not changed, so the run may be under way.
 *
 * @param finished whether its report is there
 * @param text for people, several lines
 */
record RunStatus(boolean finished, String text) {

    /**
     * {@return the status of a run}
     *
     * @param folder of its results
     * @throws LaunchException if it is no run's, or a file in it is damaged
     */
    static RunStatus of(Path folder) throws IOException {
        RunFolder.Start start = new RunFolder(folder).load();
        TrainSettings settings = TrainOptions.parse(start.words()).settings();
        StringBuilder text = new StringBuilder("%s: %s, %s, %d ranks, seed %d%n"
                .formatted(folder, settings.task().name(), settings.method(), start.ranks(), settings.seed()));
        boolean finished = Files.isRegularFile(folder.resolve(RunFolder.REPORT));
        if (finished) {
            finished(text, folder.resolve(RunFolder.REPORT));
        } else {
            unfinished(text, folder, start.ranks());
        }
        return new RunStatus(finished, text.toString());
    }

    private static void finished(StringBuilder text, Path file) throws IOException {
        try {
            JsonNode report = new ObjectMapper().readTree(Files.readString(file));
            line(
                    text,
                    "finished",
                    "test accuracy %.2f %%, %.3f bits per element, %.1f s"
                            .formatted(
                                    100 * number(report, "test_accuracy"),
                                    number(report, "average_bits"),
                                    number(report, "seconds")));
            line(
                    text,
                    "parameters",
                    "sha256 " + report.path("parameters_sha256").asString());
        } catch (JacksonException e) {
            throw new LaunchException(ExitCode.DATA, "%s is damaged: %s".formatted(file, e.getOriginalMessage()), e);
        }
    }

    private static double number(JsonNode report, String name) {
        return report.path(name).asDouble();
    }

    private static void unfinished(StringBuilder text, Path folder, int ranks) throws IOException {
        List<CheckpointStore> stores = new ArrayList<>();
        for (int rank = 0; rank < ranks; rank++) {
            stores.add(new CheckpointStore(folder.resolve(TrainRank.CHECKPOINTS), rank, ranks, Saving.USUAL_KEEP));
        }
        line(text, "not finished", "stopped, or still under way");
        for (long step : stores.getFirst().steps()) {
            String damage = damage(stores, step);
            if (damage.isEmpty()) {
                line(text, "checkpoint", "step %d, whole on all ranks".formatted(step));
                line(text, "go on with", "./bitreduce train --resume " + folder);
                return;
            }
            line(text, "passed over", damage);
        }
        line(text, "checkpoint", "none that is whole on all ranks");
        line(
                text,
                "go on with",
                "./bitreduce train --out %s --resume auto, and its options: from the first step".formatted(folder));
    }

    /** {@return why nobody can go on from a step, or nothing} */
    private static String damage(List<CheckpointStore> stores, long step) throws IOException {
        for (int rank = 0; rank < stores.size(); rank++) {
            if (!stores.get(rank).steps().contains(step)) {
                return "step %d: rank %d has no file of it".formatted(step, rank);
            }
            try {
                stores.get(rank).verify(step);
            } catch (IOException e) {
                return OutputFile.reason(e);
            }
        }
        return "";
    }

    private static void line(StringBuilder text, String name, String value) {
        text.append(String.format(Locale.ROOT, "  %-12s  %s%n", name, value));
    }
}
