// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.launch.cli;

import java.util.concurrent.Callable;
import org.bitreduce.launch.ExitCode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The command without a subcommand prints the help. */
@Command(
        name = "bitreduce",
        description = "Few-bit collective communication on the JVM.",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "",
            "Of the script itself:",
            "  build      build again, for example on a login node before a job",
            "  rank       one rank of a job that srun or mpirun starts",
            "  secret     a secret for the ranks of such a job, see docs/running.md",
            "  test       build and run all tests; prints counts and coverage",
            "  mpjrun     the mpjrun of the private MPJ home, with the right java",
            "  javac      the compiler of the JDK 25, with the library on its class path",
            "",
            "Exit codes:",
            "  0 all is well          1 uncaught exception in a rank; doctor: no jobs can run",
            "  3 slower than allowed (bench compare)",
            "  64 wrong usage         65 wrong data, or ranks that disagree",
            "  69 something missing   70 a mistake in this program",
            "  71 a rank failed       74 reading or writing failed",
            "  75 start again to go on  124 time-out",
            "  128+n a process was killed by signal n; others are the failing rank's own"
        })
final class Root implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        spec.commandLine().usage(spec.commandLine().getOut());
        return ExitCode.OK;
    }
}
