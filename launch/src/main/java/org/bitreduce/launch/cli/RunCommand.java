// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.launch.cli;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.bitreduce.launch.Job;
import org.bitreduce.launch.JobResult;
import org.bitreduce.launch.Via;
import picocli.CommandLine.Command;
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

    @Option(
            names = "--via",
            paramLabel = "WAY",
            defaultValue = "local:processes",
            description = "local:threads, local:processes, mpjrun:multicore, mpjrun:niodev or mpjrun:hybrid;"
                    + " default ${DEFAULT-VALUE}.")
    private String via;

    @Option(
            names = "--np",
            paramLabel = "N",
            required = true,
            description = "Number of ranks, 1 to " + Job.MAX_RANKS + ".")
    private int np;

    @Option(
            names = "--time-out",
            paramLabel = "SECONDS",
            defaultValue = "0",
            description = "End the job after so long with code 124; 0, the default, is never.")
    private double timeOut;

    @Option(
            names = {"-cp", "--class-path"},
            paramLabel = "PATH",
            defaultValue = "",
            description = "Folders and jars of the program.")
    private String classPath;

    @Option(
            names = "--jvm",
            paramLabel = "FLAG",
            description = "One more flag of the ranks' JVMs, such as --jvm=-Xmx1g; may be given again.")
    private List<String> jvmFlags = new ArrayList<>();

    @Parameters(index = "0", paramLabel = "MAIN-CLASS", description = "Name of the class.")
    private String mainClass;

    @Parameters(index = "1..*", paramLabel = "ARGUMENT", description = "Passed to each rank.")
    private List<String> args = new ArrayList<>();

    @Override
    public Integer call() {
        JobResult result = Job.of(Via.parse(via), np, mainClass, args.toArray(String[]::new))
                .withClassPath(classPath)
                .withJvmFlags(jvmFlags.toArray(String[]::new))
                .withTimeOut(Duration.ofNanos((long) (timeOut * 1e9)))
                .run();
        if (!result.ok()) {
            System.err.println("bitreduce: " + result.message());
        }
        return result.exitCode();
    }
}
