// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench;

import java.util.List;
import java.util.concurrent.Callable;
import org.bitreduce.launch.Job;
import org.bitreduce.launch.JobResult;
import org.bitreduce.launch.Via;
import org.bitreduce.launch.cli.JobOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bench fusion}: many small tensors, one by one and in packets. */
@Command(
        name = "fusion",
        sortOptions = false,
        description = "Many small all-reduces, one by one, begun together, and fused into packets.",
        footer = {
            "",
            "A step's time is that of the slowest rank. Every result is compared with the exact",
            "sum; the exit code is 65 when an element is further off than its bits allow."
        })
final class FusionCommand implements Callable<Integer> {

    @Mixin
    private JobOptions job;

    @Mixin
    @SuppressWarnings("UnusedVariable") // picocli acts on it
    private HelpOption help;

    @Option(names = "--np", paramLabel = "N", description = "Number of ranks; default 4.")
    private int np = 4;

    @Option(names = "--tensors", paramLabel = "N", description = "Tensors per step; default 1000.")
    private int tensors = 1000;

    @Option(names = "--size", paramLabel = "SIZE", description = "Of each tensor as floats; default 1K.")
    private String size = "1K";

    @Option(
            names = "--bits",
            paramLabel = "B",
            split = ",",
            description = "Bits per element, 2 to 16, and 32 for plain floats; default 4,32.")
    private List<Integer> bits = List.of(4, 32);

    @Option(
            names = "--packets",
            paramLabel = "SIZE",
            split = ",",
            description = "Sizes of packets to try; default 16K,64K,256K,1M.")
    private List<String> packets = List.of("16K", "64K", "256K", "1M");

    @Option(names = "--iterations", paramLabel = "N", description = "Measured steps of each; default 30.")
    private int iterations = 30;

    @Override
    public Integer call() {
        FusionPlan plan = new FusionPlan(
                tensors,
                Sizes.parse(size),
                bits,
                packets.stream().map(Sizes::parse).toList(),
                iterations);
        if (np < 1 || np > 64) {
            throw new IllegalArgumentException("--np must be from 1 to 64: np=" + np);
        }
        Via way = job.via(Via.LOCAL_PROCESSES);
        JobResult result = job.applyTo(Job.of(way, np, FusionRank.class.getName(), plan.toArguments()))
                .run();
        return BenchRun.exitCode(result, 0);
    }
}
