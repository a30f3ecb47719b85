// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.simulate;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.bitreduce.algorithm.Algorithm;
import org.bitreduce.algorithm.AlgorithmTable;
import org.bitreduce.algorithm.Operation;
import org.bitreduce.bench.CodecOptions;
import org.bitreduce.bench.OutputFile;
import org.bitreduce.bench.Sizes;
import org.bitreduce.launch.ExitCode;
import org.bitreduce.launch.cli.JobOptions;
import org.bitreduce.text.Names;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

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
            description =
                    "all-reduce, reduce, reduce-scatter, all-gather, gather, broadcast or barrier; default ${DEFAULT-VALUE}.")
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
            description = "Of each rank's link, such as 100gbit, 12.5GB/s or unlimited; default 10gbit, with --check"
                    + " unlimited.")
    private String link;

    @Option(
            names = "--latency",
            paramLabel = "TIME",
            description = "From rank to rank, such as 2us; default 20us, with --check measured.")
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

    @Mixin
    private CodecOptions codec;

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

    @Option(
            names = "--cores",
            paramLabel = "N",
            defaultValue = "0",
            description = "That all ranks share: kernels are measured on so many at once, and more ranks take turns;"
                    + " default one per rank, with --check those of this machine.")
    private int cores;

    @Option(
            names = "--check",
            description = "Also measure the same all-reduces among ranks of this machine, over shared memory, and print"
                    + " both and their ratio.")
    private boolean check;

    @Option(names = "--format", defaultValue = "text", description = "text, csv or json; default text.")
    private String format;

    @Option(names = "--out", paramLabel = "FILE", description = "Write the table there.")
    private Path out;

    /** Nothing is given yet. */
    public SimulateCommand() {}

    @Override
    public Integer call() throws IOException {
        PredictionFormat shape = Names.parse(PredictionFormat.class, "format", format);
        OutputFile.requireWritable(out);
        PlanJobs jobs = new PlanJobs(job);
        if (check) {
            print(shape, new PredictionCheck(jobs, latency == null).check(plan()), new CheckText());
            return ExitCode.OK;
        }
        PlanJobs.Rows<Prediction> predicted = jobs.predict(plan());
        print(shape, predicted.rows(), new PredictionText());
        predicted.requireAll();
        return ExitCode.OK;
    }

    private SimulationPlan plan() throws IOException {
        Operation operation = Names.parse(Operation.class, "collective", collective);
        if (operation == Operation.SCATTER) { // its root cuts its vector when it plans, and here there is none
            throw new IllegalArgumentException(
                    "simulate knows no scatter; gather moves the same bytes the other way: collective=" + collective);
        }
        if (check && operation != Operation.ALL_REDUCE) {
            throw new IllegalArgumentException("--check measures all-reduces: collective=" + collective);
        }
        return new SimulationPlan(
                operation,
                ranks,
                bytes.stream().map(Sizes::parse).toList(),
                codec.bits(4),
                codec.mode(),
                codec.bucket(),
                Units.picos(latency == null ? "20us" : latency),
                Units.picosPerByte(link == null ? check ? "unlimited" : "10gbit" : link),
                Units.picos(overhead),
                gigabytesPerSecond,
                ranksPerCore,
                check && cores == 0 ? Runtime.getRuntime().availableProcessors() : cores,
                table().toString(),
                "");
    }

    private AlgorithmTable table() throws IOException {
        if (algorithm != null) {
            return AlgorithmTable.only(Names.parse(Algorithm.class, "algorithm", algorithm));
        }
        return tuning == null ? AlgorithmTable.configured() : AlgorithmTable.read(tuning);
    }

    private <R> void print(PredictionFormat shape, List<R> rows, TextRow<R> text) throws IOException {
        if (out == null) {
            shape.print(System.out, rows, text);
            return;
        }
        try (PrintStream file = OutputFile.open(out)) {
            shape.print(file, rows, text);
        }
    }
}
