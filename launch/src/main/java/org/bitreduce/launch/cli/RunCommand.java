// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.launch.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.bitreduce.launch.Job;
import org.bitreduce.launch.JobResult;
import org.bitreduce.launch.Via;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Starts any class as ranks. */
@Command(
        name = "run",
        description = "Start a class as the ranks of a job.",
        footer = {
            "",
            "The class has a public static void main(String[]) and calls Communicator.join(args).",
            "Each line that a rank prints gets its rank in front. When a rank fails, all are ended, and",
            "the exit code is that of the rank that failed first.",
            "",
            "Example: ./bitreduce run --np 4 -cp target/classes -- my.Program --size 10"
        })
final class RunCommand implements Callable<Integer> {

    @Mixin
    private JobOptions options;

    @Option(
            names = "--np",
            paramLabel = "N",
            required = true,
            description = "Number of ranks, 1 to " + Job.MAX_RANKS + ".")
    private int np;

    @Option(
            names = {"-cp", "--class-path"},
            paramLabel = "PATH",
            defaultValue = "",
            description = "Folders and jars of the program.")
    private String classPath;

    @Parameters(index = "0", paramLabel = "MAIN-CLASS", description = "Name of the class.")
    private String mainClass;

    @Parameters(index = "1..*", paramLabel = "ARGUMENT", description = "Passed to each rank.")
    private List<String> args = new ArrayList<>();

    @Override
    public Integer call() {
        Job job = Job.of(options.via(Via.LOCAL_PROCESSES), np, mainClass, args.toArray(String[]::new));
        JobResult result = options.applyTo(job.withClassPath(classPath)).run();
        if (!result.ok()) {
            System.err.println("bitreduce: " + result.message());
        }
        return result.exitCode();
    }
}
