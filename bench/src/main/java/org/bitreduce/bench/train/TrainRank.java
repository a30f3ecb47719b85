// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.train;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.bitreduce.Communicator;
import org.bitreduce.CommunicatorOptions;
import org.bitreduce.bench.OutputFile;
import org.bitreduce.bench.train.data.TaskData;
import org.bitreduce.bench.train.model.Layer;
import org.bitreduce.bench.train.report.Charts;
import org.bitreduce.bench.train.report.StepsCsv;
import org.bitreduce.launch.ExitCode;
import org.bitreduce.launch.LaunchException;
import org.bitreduce.launch.StopRequest;
import org.bitreduce.launch.StopSignals;
import org.bitreduce.launch.StoppedException;
import org.bitreduce.text.Names;
import org.bitreduce.transport.shm.Host;

/**
 * The program that every rank of {@code train} runs. Arguments: the folder for the results, {@code new}, {@code resume} or
 * {@code auto}, how the ranks were started, the words of {@link SavingOptions}, then the options of {@code train}, all after
 * a word {@code --train}.
 */
public final class TrainRank {

    /** Stands before this program's arguments: a launcher may put its own in front. */
    static final String MARK = "--train";

    /** System property: whether the launcher writes to a terminal. */
    static final String TERMINAL = "bitreduce.terminal";

    /** Folder of the checkpoints, in that of the results. */
    static final String CHECKPOINTS = "checkpoints";

    private TrainRank() {}

    /**
     * Trains.
     *
     * @param args as described above
     * @throws LaunchException on rank 0, if all ranks have agreed that they cannot go on, else on the one that cannot
     */
    public static void main(String[] args) {
        List<String> words = Arrays.asList(args);
        List<String> own = words.subList(words.indexOf(MARK) + 1, words.size());
        Path out = Path.of(own.get(0));
        Saving.Start start = Names.parse(Saving.Start.class, "start", own.get(1));
        String via = own.get(2);
        SavingOptions safety = SavingOptions.parse(own.subList(3, 5));
        TrainSettings settings = TrainOptions.parse(own.subList(5, own.size())).settings();
        StopRequest stop = safety.limited(StopSignals.handle());
        Saving saving = new Saving(out.resolve(CHECKPOINTS), start, safety.keep(), stop);
        CommunicatorOptions options =
                CommunicatorOptions.DEFAULT.withSeed(settings.seed()).withDeadline(settings.deadline());
        LaunchException refusal = null;
        boolean speaker;
        try (Communicator communicator = Communicator.join(args, options)) {
            speaker = communicator.rank() == 0;
            try {
                run(new CommunicatorExchange(communicator), settings, via, out, saving);
            } catch (StoppedException e) {
                if (speaker) {
                    System.err.printf("%s; go on with: ./bitreduce train --resume %s%n", e.getMessage(), out);
                }
                throw e;
            } catch (IOException e) {
                throw new LaunchException(
                        ExitCode.INPUT_OUTPUT,
                        "rank %d on host %s: %s".formatted(communicator.rank(), Host.NAME, OutputFile.reason(e)),
                        e);
            } catch (RuntimeException e) {
                refusal = Refusals.of(e, settings);
                if (refusal == null) {
                    throw e;
                }
            }
        }
        if (refusal != null && speaker) {
            throw refusal;
        }
    }

    private static void run(GradientExchange exchange, TrainSettings settings, String via, Path out, Saving saving)
            throws IOException {
        TaskData data = Complaint.unlessAnyFails(
                exchange, () -> DataReading.load("rank %d on host %s".formatted(exchange.rank(), Host.NAME), settings));
        boolean speaker = exchange.rank() == 0;
        Progress progress =
                speaker ? new ConsoleProgress(System.err, Boolean.getBoolean(TERMINAL), settings) : Progress.SILENT;
        TrainRun run = new TrainRun(exchange, data, settings, progress);
        if (speaker) {
            System.err.printf(
                    "%s, %s: %d ranks over %s, %,d training examples, %d steps%n",
                    settings.task().name(),
                    settings.method(),
                    exchange.size(),
                    exchange.transportName(),
                    data.trainSize(),
                    run.steps());
        }
        TrainResult result = run.run(saving);
        if (speaker) {
            report(settings, via, data, result, out, System.out);
        }
    }

    /**
     * Says the most important of a run, and writes all its results.
     *
     * @throws LaunchException if they cannot be written, saying how they can be had again
     */
    static void report(
            TrainSettings settings, String via, TaskData data, TrainResult result, Path out, PrintStream console) {
        console.print(Summary.of(settings, data, result));
        try {
            String problem = write(settings, via, data, result, out);
            console.print(Summary.written(out));
            if (!problem.isEmpty()) {
                console.println(problem);
            }
        } catch (IOException e) {
            throw new LaunchException(
                    ExitCode.INPUT_OUTPUT,
                    "%s; the training is done: mend that, and ./bitreduce train --resume %s goes on from the newest checkpoint, if there is one, and writes the results"
                            .formatted(OutputFile.reason(e), out),
                    e);
        } finally {
            console.flush();
        }
    }

    /** {@return why there are no charts, or nothing} */
    private static String write(TrainSettings settings, String via, TaskData data, TrainResult result, Path out)
            throws IOException {
        Files.createDirectories(out);
        long examplesPerStep = (long) settings.batch() * result.ranks().size();
        List<String> layers = result.layers().stream().map(Layer::name).toList();
        StepsCsv.write(out.resolve("steps.csv"), result.history(), layers, examplesPerStep);
        ReportJson.write(out.resolve(RunFolder.REPORT), via, settings, data, result);
        TrainPage.write(out.resolve("report.html"), via, settings, data, result);
        String title = "%s, %s, %d ranks"
                .formatted(
                        settings.task().name(),
                        settings.method(),
                        result.ranks().size());
        return Charts.draw(out, title, result.history(), examplesPerStep);
    }
}
