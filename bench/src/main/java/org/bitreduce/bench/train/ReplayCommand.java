// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import org.bitreduce.Mode;
import org.bitreduce.algorithm.Rules;
import org.bitreduce.bench.OutputFile;
import org.bitreduce.bench.train.recording.RecordingFile;
import org.bitreduce.dqsgd.Method;
import org.bitreduce.launch.ExitCode;
import org.bitreduce.launch.Job;
import org.bitreduce.launch.JobResult;
import org.bitreduce.launch.LaunchException;
import org.bitreduce.launch.Via;
import org.bitreduce.text.Names;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code replay}: methods on gradients that were recorded once. */
@Command(
        name = "replay",
        description = "All-reduce recorded gradients with several methods, and show error, bits and bytes of each.",
        footer = {
            "",
            "FILE comes from ./bitreduce train --record FILE. As many ranks as were recorded, as threads.",
            "Results: DIR/replay.csv (a row per method and step), replay.json, report.html."
        })
final class ReplayCommand implements Callable<Integer> {

    /** How the table is printed. */
    enum Format {
        /** For people. */
        TEXT,
        /** A row per method and step. */
        CSV,
        /** One object. */
        JSON
    }

    @Parameters(paramLabel = "FILE", description = "a recording")
    private Path file;

    @Option(
            names = "--methods",
            split = ",",
            paramLabel = "METHOD",
            description = "as --method of train, joined by commas; default fixed:2,fixed:4,dqsgd:4")
    private List<String> methods = List.of("fixed:2", "fixed:4", "dqsgd:4");

    @Option(names = "--mode", paramLabel = "MODE", description = "as --mode of train")
    private String mode;

    @Option(names = "--format", paramLabel = "FORMAT", description = "what is printed: text (default), csv or json")
    private String format = "text";

    @Option(names = "--out", paramLabel = "DIR", description = "folder of the results; default out/replay-TIME")
    private Path out;

    @Override
    public Integer call() throws IOException {
        Format printed = Names.parse(Format.class, "format", format);
        Mode arithmetic = mode == null ? null : Names.parse(Mode.class, "mode", mode);
        int ranks = ranks();
        List<String> names = new ArrayList<>();
        for (String text : methods) {
            Method method = Method.parse(text);
            Mode used = arithmetic == null ? method.usualMode() : arithmetic;
            String refusal = Rules.refusal(used, method.controller(1).codec().prototype(), ranks);
            if (refusal != null) {
                throw new IllegalArgumentException("%s; method=%s, np=%d".formatted(refusal, method, ranks));
            }
            if (names.contains(method.toString())) {
                throw new IllegalArgumentException("a method stands twice: method=" + method);
            }
            names.add(method.toString());
        }
        Path folder = (out == null ? TrainCommand.timed("replay") : out).toAbsolutePath();
        OutputFile.requireWritable(folder.resolve("report.html"));
        String[] words = {
            TrainRank.MARK,
            file.toAbsolutePath().toString(),
            folder.toString(),
            Names.of(printed),
            arithmetic == null ? "usual" : Names.of(arithmetic),
            String.join(",", names)
        };
        JobResult result = Job.of(Via.LOCAL_PROCESSES, 1, ReplayProgram.class.getName(), words)
                .run();
        if (!result.ok()) {
            System.err.println("bitreduce: " + result.message());
        }
        return result.exitCode();
    }

    /** {@return the number of ranks in the recording, which is looked at before a program is started} */
    private int ranks() throws IOException {
        try {
            return RecordingFile.header(file).shape().ranks();
        } catch (IOException unreadable) {
            int code = Files.isReadable(file) && Files.isRegularFile(file) ? ExitCode.DATA : ExitCode.INPUT_OUTPUT;
            throw new LaunchException(code, unreadable.getMessage(), unreadable);
        }
    }

    /** {@return the words behind the mark} */
    static List<String> own(String... args) {
        List<String> words = Arrays.asList(args);
        return words.subList(words.indexOf(TrainRank.MARK) + 1, words.size());
    }
}
