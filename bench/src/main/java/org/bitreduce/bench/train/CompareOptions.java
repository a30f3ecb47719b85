// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.train;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.bitreduce.bench.train.TrainOptions.Feedback;
import org.bitreduce.dqsgd.Method;
import org.bitreduce.dqsgd.MethodKind;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options of a comparison as they were given; what was not given is null. Shared by the command and its program. */
final class CompareOptions {

    private static final String DEFAULT_METHODS = "fp32,fixed:4,dqsgd:4";

    @Mixin
    TrainOptions train = new TrainOptions();

    @Option(
            names = "--methods",
            paramLabel = "METHOD,...",
            description = "as --method of train, joined by commas; default " + DEFAULT_METHODS)
    String methods;

    @Option(
            names = "--equal-bytes",
            paramLabel = "BITS,...",
            description = "adds dqsgd:BITS and fixed:BITS for each, such as 2,2.5,3,4: pairs that send equal bytes")
    String equalBytes;

    @Option(names = "--seeds", paramLabel = "N", description = "number of seeds, from --seed up; default 3")
    Integer seeds;

    @Option(names = "--np", paramLabel = "N", description = "ranks of each run; default 4")
    Integer np;

    /** {@return the options that were given, as words of a command line} */
    List<String> toArguments() {
        return train.given()
                .add("--methods", methods)
                .add("--equal-bytes", equalBytes)
                .add("--seeds", seeds)
                .add("--np", np)
                .words();
    }

    /** {@return options read from words; of an option that stands twice the last one counts} */
    static CompareOptions parse(List<String> words) {
        return OptionWords.read(new CompareOptions(), words);
    }

    int ranks() {
        return np == null ? 4 : np;
    }

    int seedCount() {
        return seeds == null ? 3 : seeds;
    }

    /**
     * {@return the settings of each method with the first seed, in the order in which they were given}
     *
     * @throws IllegalArgumentException for a wrong value, or if this many ranks cannot carry a method
     */
    List<TrainSettings> settings() {
        Checks.range("seeds", seedCount(), 1, 1_000);
        refuse(train.method, "compare takes several methods: use --methods=%s; method=%s");
        refuse(
                train.checkpointEvery,
                "compare keeps finished runs, and no checkpoints of others: leave --checkpoint-every=%s away; checkpoint-every=%s");
        refuse(train.record.file, "compare records nothing: leave --record=%s away, or use train; record=%s");
        Feedback feedback = train.feedback();
        List<TrainSettings> all = new ArrayList<>();
        Set<String> seen = new LinkedHashSet<>();
        for (String method : given()) {
            TrainSettings first = with(method, feedback == Feedback.BOTH ? Feedback.OFF : feedback);
            boolean twice = !seen.add(first.method().toString());
            if (twice && feedback != Feedback.BOTH) {
                throw new IllegalArgumentException("a method stands twice: method=%s".formatted(first.method()));
            }
            if (!twice) {
                all.add(first);
            }
            if (feedback == Feedback.BOTH && carriesFeedback(first.method())) {
                TrainSettings second = with(method, Feedback.ON);
                if (seen.add(second.method().toString())) {
                    all.add(second);
                }
            }
        }
        all.forEach(settings -> settings.requireCarried(ranks()));
        return all;
    }

    private static void refuse(Object given, String message) {
        if (given != null) {
            throw new IllegalArgumentException(message.formatted(given, given));
        }
    }

    private Set<String> given() {
        boolean pairsOnly = methods == null && equalBytes != null;
        Set<String> names = new LinkedHashSet<>();
        if (!pairsOnly) {
            List<String> listed = List.of((methods == null ? DEFAULT_METHODS : methods).split(","));
            listed.stream().filter(name -> !names.add(name)).findFirst().ifPresent(twice -> {
                throw new IllegalArgumentException("a method stands twice: methods=" + methods);
            });
        }
        if (equalBytes != null) {
            for (String bits : equalBytes.split(",")) {
                names.add("dqsgd:" + bits.strip());
                names.add("fixed:" + bits.strip());
            }
        }
        return names;
    }

    /** {@return whether rounding drops something that could be kept} */
    private static boolean carriesFeedback(Method method) {
        return method.kind() != MethodKind.FP32 && !method.isVote();
    }

    private TrainSettings with(String method, Feedback feedback) {
        TrainOptions one = TrainOptions.parse(train.toArguments());
        one.method = method;
        one.errorFeedback = feedback == null ? null : feedback.name().toLowerCase(Locale.ROOT);
        return one.settings();
    }
}
