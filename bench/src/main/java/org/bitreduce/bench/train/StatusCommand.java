// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.train;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.bitreduce.bench.OutputFile;
import org.bitreduce.launch.ExitCode;
import org.bitreduce.launch.LaunchException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code status}: how far runs are. */
@Command(
        name = "status",
        description = "Tell how far trainings are: finished, or from which checkpoint they would go on.",
        footer = {
            "",
            "Reads the folders only. Exit code: 0 if all are finished, else 75; where folders are no run's",
            "or damaged they are named, and it is the code of the first of them."
        })
final class StatusCommand implements Callable<Integer> {

    @Parameters(paramLabel = "DIR", arity = "1..*", description = "folders of train, as --out gave them")
    private List<Path> folders;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        int code = ExitCode.OK;
        for (Path folder : folders) {
            int own = tell(folder);
            if (code == ExitCode.OK || code == ExitCode.RESUME_LATER && own != ExitCode.OK) {
                code = own;
            }
        }
        return code;
    }

    /** Tells of one folder, whatever is wrong with others. {@return its code} */
    private int tell(Path folder) {
        try {
            RunStatus status = RunStatus.of(folder);
            PrintWriter out = spec.commandLine().getOut();
            out.print(status.text());
            out.flush();
            return status.finished() ? ExitCode.OK : ExitCode.RESUME_LATER;
        } catch (LaunchException e) {
            return refuse(e);
        } catch (IOException e) {
            return refuse(OutputFile.refusal(e));
        }
    }

    private int refuse(LaunchException e) {
        spec.commandLine().getErr().println("bitreduce: " + e.getMessage());
        return e.exitCode();
    }
}
