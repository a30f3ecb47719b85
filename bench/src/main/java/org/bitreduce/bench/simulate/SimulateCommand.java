// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.simulate;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.bitreduce.Mode;
import org.bitreduce.algorithm.Algorithm;
import org.bitreduce.algorithm.AlgorithmTable;
import org.bitreduce.algorithm.Operation;
import org.bitreduce.bench.Sizes;
import org.bitreduce.launch.Job;
import org.bitreduce.launch.JobResult;
import org.bitreduce.launch.Via;
import org.bitreduce.launch.cli.JobOptions;
import org.bitreduce.text.Names;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.ObjectMapper;

/** Predicts what collectives take on a network that is not here. */
@Command(
        name = "simulate",
        description = "Predict what collectives take on a network, by driving their schedules with a virtual clock.",
        sortOptions = false,
        footer = {
            "",
            "The schedules are those that carry real calls; messages hold nothing, links and work with",
            "numbers take virtual time. docs/simulation.md explains the model and the columns.",
            "",
            "Example: ./bitreduce simulate --np 64,512,4096 --link 100gbit --latency 2us --bits 4,32"
        })
public final class SimulateCommand implements Callable<Integer> {

    @Mixin
    private JobOptions job;

    @Option(
            names = "--collective",
            defaultValue = "all-reduce",
            description = "all-reduce, reduce-scatter, all-gather" + " or broadcast; default ${DEFAULT-VALUE}.")
    private String collective;

    @Option(
            names = "--np",
            paramLabel = "N",
            split = ",",
            defaultValue = "4",
            description = "Numbers of ranks; default 4.")
    private List<Integer> ranks;

    @Option(
            names = "--link",
            paramLabel = "RATE",
            defaultValue = "10gbit",
            description = "Of each rank's link, such as" + " 100gbit, 12.5GB/s or unlimited; default ${DEFAULT-VALUE}.")
    private String link;

    @Option(
            names = "--latency",
            paramLabel = "TIME",
            defaultValue = "20us",
            description = "From rank to rank, such as 2us;" + " default ${DEFAULT-VALUE}.")
    private String latency;

    @Option(
            names = "--overhead",
            paramLabel = "TIME",
            defaultValue = "500ns",
            description = "Of each end's processor per" + " message; default ${DEFAULT-VALUE}.")
    private String overhead;

    @Option(
            names = "--bytes",
            paramLabel = "SIZE",
            split = ",",
            defaultValue = "64M",
            description = "Sizes of the vector" + " as floats, such as 4K,16M; default ${DEFAULT-VALUE}.")
    private List<String> bytes;

    @Option(
            names = "--bits",
            paramLabel = "B",
            split = ",",
            defaultValue = "4",
            description = "Bits per element, 2 to 16," + " and 32 for plain floats; default ${DEFAULT-VALUE}.")
    private List<Integer> bits;

    @Option(
            names = "--mode",
            description = "Arithmetic of quantized all-reduces: twoshot, exact or gather; default twoshot.")
    private String mode;

    @Option(
            names = "--bucket",
            paramLabel = "N",
            defaultValue = "512",
            description = "Elements that share a scale;" + " default ${DEFAULT-VALUE}.")
    private int bucket;

    @Option(names = "--algorithm", description = "direct, grid or inline; default what the table of algorithms says.")
    private String algorithm;

    @Option(names = "--tuning", paramLabel = "FILE", description = "Another table of algorithms.")
    private Path tuning;

    @Option(
            names = "--codec",
            paramLabel = "GB/S",
            defaultValue = "0",
            description = "Of all work with numbers, in 10^9"
                    + " float bytes per second; default is to measure this machine's kernels.")
    private double gigabytesPerSecond;

    @Option(
            names = "--ranks-per-core",
            paramLabel = "N",
            defaultValue = "1",
            description = "Slows that work down where" + " ranks share cores; default 1.")
    private double ranksPerCore;

    @Option(names = "--format", defaultValue = "text", description = "text, csv or json; default text.")
    private String format;

    @Option(names = "--out", paramLabel = "FILE", description = "Write the table there.")
    private Path out;

    /** Nothing is given yet. */
    public SimulateCommand() {}

    @Override
    public Integer call() throws IOException {
        PredictionFormat shape = Names.parse(PredictionFormat.class, "format", format);
        SimulationPlan plan = plan();
        Path rows = Files.createTempFile("bitreduce-simulate", ".jsonl");
        rows.toFile().deleteOnExit();
        try {
            JobResult result = job.applyTo(Job.of(
                            Via.LOCAL_PROCESSES,
                            1,
                            SimulationRank.class.getName(),
                            plan.withRows(rows.toString()).toWord()))
                    .run();
            print(shape, read(rows));
            if (!result.ok()) {
                System.err.println("bitreduce: " + result.message());
            }
            return result.exitCode();
        } finally {
            Files.deleteIfExists(rows);
        }
    }

    private SimulationPlan plan() throws IOException {
        Operation operation = Names.parse(Operation.class, "collective", collective);
        return new SimulationPlan(
                operation,
                ranks,
                bytes.stream().map(Sizes::parse).toList(),
                bits,
                mode == null ? null : Names.parse(Mode.class, "mode", mode),
                bucket,
                Units.picos(latency),
                Units.picosPerByte(link),
                Units.picos(overhead),
                gigabytesPerSecond,
                ranksPerCore,
                table().toString(),
                "");
    }

    private AlgorithmTable table() throws IOException {
        if (algorithm != null) {
            return AlgorithmTable.only(Names.parse(Algorithm.class, "algorithm", algorithm));
        }
        return tuning == null ? AlgorithmTable.configured() : AlgorithmTable.read(tuning);
    }

    private static List<Prediction> read(Path rows) throws IOException {
        ObjectMapper mapper = new ObjectMapper();
        List<Prediction> predictions = new ArrayList<>();
        for (String line : Files.readAllLines(rows)) {
            predictions.add(mapper.readValue(line, Prediction.class));
        }
        return predictions;
    }

    private void print(PredictionFormat shape, List<Prediction> predictions) throws IOException {
        if (out == null) {
            shape.print(System.out, predictions);
            return;
        }
        try (PrintStream file = new PrintStream(Files.newOutputStream(out), false, StandardCharsets.UTF_8)) {
            shape.print(file, predictions);
        }
    }
}
