// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.train;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.bitreduce.Mode;
import org.bitreduce.Order;
import org.bitreduce.bench.train.data.Task;
import org.bitreduce.bench.train.data.Tasks;
import org.bitreduce.dqsgd.Method;
import org.bitreduce.text.Names;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options of a training run as they were given; what was not given is null. Shared by the command and its ranks. */
final class TrainOptions {

    private static final Duration DEADLINE = Duration.ofSeconds(60);
    private static final String DEFAULT_METHOD = "dqsgd:4";
    /** A checkpoint of the largest default model takes some 20 ms, a step of that model about 20 too. */
    private static final int CHECKPOINT_EVERY = 200;
    /** Signs do not shrink with the gradient, so steps of the usual size would be far too long. */
    private static final double VOTE_RATE = 2.5e-3;

    @Option(
            names = "--task",
            paramLabel = "NAME",
            description = "jdk-source (default), ag-news, text, fashion-mnist, cifar-10, cifar-100 or synthetic")
    String task;

    @Option(
            names = "--data",
            paramLabel = "PATH",
            description = "the task's data: all but jdk-source and synthetic need the folder of their files")
    Path data;

    @Option(
            names = "--method",
            paramLabel = "METHOD",
            description = "how gradients are compressed, see below; default " + DEFAULT_METHOD)
    String method;

    @Option(
            names = "--mode",
            paramLabel = "MODE",
            description = "twoshot, exact, gather, two-level, vote or plain; default: as suits the method")
    String mode;

    @Option(
            names = "--order",
            paramLabel = "ORDER",
            description =
                    "Order of the sums of plain all-reduces: rank, or free, for a table of algorithms to choose; the"
                            + " report says which. Default: rank")
    String order;

    /** Values of {@code --overlap}. */
    enum Overlap {
        /** The gradient is all-reduced when it is complete. */
        OFF,
        /** Layer by layer, while the next one is computed. */
        ON
    }

    @Option(
            names = "--overlap",
            paramLabel = "WHEN",
            description =
                    "on: all-reduce each layer, with bits of its own, while the next is computed; other results than off (default)")
    String overlap;

    @Option(names = "--norm", paramLabel = "NORM", description = "max or euclidean; default: the method's")
    String norm;

    @Option(
            names = "--bucket",
            paramLabel = "N",
            description = "elements per scale, a power of 2, or vector; default 512")
    String bucket;

    @Option(names = "--rounding", paramLabel = "HOW", description = "stochastic (default) or nearest")
    String rounding;

    @Option(names = "--alpha", paramLabel = "A", description = "weight of early steps in DQ-SGD, above 0, at most 1")
    Double alpha;

    /** Values of {@code --error-feedback}. */
    enum Feedback {
        /** What rounding drops is lost. */
        OFF,
        /** It is added to the next gradient. */
        ON,
        /** One run with, one without. */
        BOTH
    }

    @Option(
            names = "--error-feedback",
            arity = "0..1",
            fallbackValue = "on",
            paramLabel = "WHEN",
            description =
                    "on (or no value): add what rounding dropped to the next gradient; off; both, for compare only;"
                            + " default: as the method says")
    String errorFeedback;

    @Option(names = "--epochs", paramLabel = "N", description = "passes over the training set; default: the task's")
    Integer epochs;

    @Option(names = "--batch", paramLabel = "N", description = "examples per rank and step; default: the task's")
    Integer batch;

    @Option(
            names = "--dim",
            paramLabel = "N",
            description = "floats per word, or units of the first hidden layer; default: the task's")
    Integer dimension;

    @Option(names = "--lr", paramLabel = "R", description = "greatest learning rate; default: the task's")
    Double learningRate;

    @Option(names = "--momentum", paramLabel = "M", description = "0 to below 1; default 0.9")
    Double momentum;

    @Option(names = "--weight-decay", paramLabel = "W", description = "0 to below 1; default 0")
    Double weightDecay;

    @Option(names = "--seed", paramLabel = "N", description = "of everything random; default 1")
    Long seed;

    @Option(
            names = "--checkpoint-every",
            paramLabel = "STEPS",
            description = "steps between checkpoints; default 200, 0 for none")
    Integer checkpointEvery;

    @Mixin
    RecordOptions record = new RecordOptions();

    /** {@return the options that were given, as words of a command line} */
    List<String> toArguments() {
        return given().words();
    }

    /** {@return the same, for further options to follow} */
    OptionWords given() {
        return new OptionWords()
                .add("--task", task)
                .add("--data", data == null ? null : data.toAbsolutePath())
                .add("--method", method)
                .add("--mode", mode)
                .add("--order", order)
                .add("--overlap", overlap)
                .add("--norm", norm)
                .add("--bucket", bucket)
                .add("--rounding", rounding)
                .add("--alpha", alpha)
                .add("--epochs", epochs)
                .add("--batch", batch)
                .add("--dim", dimension)
                .add("--lr", learningRate)
                .add("--momentum", momentum)
                .add("--weight-decay", weightDecay)
                .add("--seed", seed)
                .add("--checkpoint-every", checkpointEvery)
                .add("--error-feedback", errorFeedback)
                .add("--record", record.file == null ? null : record.file.toAbsolutePath())
                .add("--record-every", record.every)
                .add("--record-limit", record.limit);
    }

    /** {@return options read from words; of an option that stands twice the last one counts} */
    static TrainOptions parse(List<String> words) {
        return OptionWords.read(new TrainOptions(), words);
    }

    /**
     * {@return the settings, with defaults for what was not given}
     *
     * @throws IllegalArgumentException for a wrong value, naming the option and the nearest valid one or the range
     */
    TrainSettings settings() {
        Task chosen = task();
        Task.Defaults defaults = chosen.defaults();
        Method compression = method();
        double rate = defaults.learningRate() * (compression.isVote() ? VOTE_RATE : 1);
        return new TrainSettings(
                chosen,
                data,
                compression,
                mode == null ? compression.usualMode() : Names.parse(Mode.class, "mode", mode),
                order == null ? Order.RANK : Names.parse(Order.class, "order", order),
                overlap != null && Names.parse(Overlap.class, "overlap", overlap) == Overlap.ON,
                or(dimension, defaults.dimension()),
                or(epochs, defaults.epochs()),
                or(batch, defaults.batch()),
                or(learningRate, rate),
                or(momentum, 0.9),
                or(weightDecay, 0.0),
                or(seed, 1L),
                or(checkpointEvery, CHECKPOINT_EVERY),
                DEADLINE,
                record.settings());
    }

    private Task task() {
        List<String> names = Tasks.names();
        String name = or(task, names.getFirst());
        if (!names.contains(name)) {
            throw Names.unknown("task", name, names);
        }
        return Tasks.named(name);
    }

    /** {@return the method with the settings of the other options} They are read as if they stood behind its name. */
    private Method method() {
        StringBuilder text = new StringBuilder(or(method, DEFAULT_METHOD));
        set(text, "norm", norm);
        set(text, "bucket", bucket);
        set(text, "rounding", rounding);
        set(text, "alpha", alpha);
        Feedback feedback = feedback();
        if (feedback == Feedback.BOTH) {
            throw new IllegalArgumentException(
                    "a run is with error feedback or without: error-feedback=both is for compare");
        }
        set(text, "error-feedback", feedback == null ? null : feedback == Feedback.ON);
        return Method.parse(text.toString());
    }

    /** {@return whether runs keep what rounding drops; null if the method is to say so} */
    Feedback feedback() {
        return errorFeedback == null ? null : Names.parse(Feedback.class, "error-feedback", errorFeedback);
    }

    private static void set(StringBuilder text, String key, Object value) {
        if (value != null) {
            text.append('/').append(key).append('=').append(value);
        }
    }

    private static <T> T or(T given, T otherwise) {
        return given == null ? otherwise : given;
    }
}
