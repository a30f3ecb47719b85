// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.launch;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.bitreduce.join.ForeignJoin;
import org.bitreduce.launch.rank.LooseEnds;
import org.bitreduce.launch.rank.LooseRank;
import org.bitreduce.launch.rank.Wire;
import org.bitreduce.transport.TransportKind;
import org.bitreduce.transport.tcp.JobSecret;

/**
 * Runs one job by mpirun or srun, which start the ranks, pass on what they print and end them all when one fails. The
 * launcher sees how mpirun or srun ends, and what the ranks say of their ends.
 */
final class ForeignRunner {

    /**
     * How long mpirun and srun may take to end their ranks after a SIGTERM; more than Slurm's {@code KillWait} of 30 s, because
     * tasks on other hosts outlive an srun that is killed.
     */
    private static final int LAST_SECONDS = 35;

    private final Job job;
    private final LooseEnds ends = new LooseEnds();
    private volatile boolean signalled;

    ForeignRunner(Job job) {
        this.job = job;
    }

    JobResult run() {
        List<String> command = command();
        Process process;
        try {
            ProcessBuilder builder = new ProcessBuilder(command)
                    .redirectInput(new File("/dev/null"))
                    .redirectOutput(ProcessBuilder.Redirect.INHERIT);
            builder.environment()
                    .putIfAbsent(ForeignJoin.SECRET, JobSecret.random().toHex());
            process = builder.start();
        } catch (IOException e) {
            throw new LaunchException(
                    ExitCode.UNAVAILABLE,
                    "cannot start %s: command=%s, cause=%s; put it on the PATH or name it by --starter"
                            .formatted(job.via(), command.getFirst(), e.getMessage()),
                    e);
        }
        Thread errors = Daemons.start("bitreduce-errors", () -> passOn(process.errorReader()));
        Thread hook = new Thread(() -> endedBySignal(process, errors), "bitreduce-signal");
        Runtime.getRuntime().addShutdownHook(hook);
        JobResult result = await(process, errors);
        while (signalled) {
            LockSupport.park(); // the hook ends this JVM
        }
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // a signal came in between; the hook does the rest
        }
        return result;
    }

    private void passOn(BufferedReader errors) {
        try (errors) {
            for (String line = errors.readLine(); line != null; line = errors.readLine()) {
                String words = ends.read(line);
                if (words != null && !words.contains("WARNING: Using incubator modules")) {
                    System.err.println(words);
                }
            }
        } catch (IOException e) {
            // the process is gone
        }
    }

    private static void join(Thread errors) {
        try {
            errors.join(1_000); // a grandchild may hold the stream open
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** {@return what starts the ranks} Behind env, because Open MPI's mpirun edits the flags of a command named java. */
    List<String> command() {
        List<String> command = new ArrayList<>(starter());
        command.addAll(
                job.via() == Via.SRUN
                        ? List.of("--ntasks=" + job.np(), "--kill-on-bad-exit=1")
                        : List.of("-np", Integer.toString(job.np())));
        command.add("env");
        command.add(Launch.java());
        command.addAll(JvmFlags.all());
        command.addAll(job.jvmFlags());
        command.add("-D" + Wire.MAIN_PROPERTY + "=" + job.mainClass());
        command.add("-D" + LooseEnds.PROPERTY + "=true");
        command.add("-D" + TransportKind.PROPERTY + "=" + job.network().transport());
        command.addAll(List.of("-cp", Launch.classPath(job), LooseRank.class.getName()));
        command.addAll(job.args());
        return command;
    }

    private List<String> starter() {
        String words = job.network().starter().strip();
        return words.isEmpty() ? List.of(job.via().toString()) : Arrays.asList(words.split("\\s+"));
    }

    private JobResult await(Process process, Thread errors) {
        try {
            if (job.timeOut().isZero()) {
                process.waitFor();
            } else if (!process.waitFor(job.timeOut().toMillis(), TimeUnit.MILLISECONDS)) {
                end(process, Duration.ofSeconds(2));
                return new JobResult(
                        ExitCode.TIME_OUT,
                        "time-out after %.1f s; the job was stopped"
                                .formatted(job.timeOut().toMillis() / 1e3),
                        List.of());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            end(process, Duration.ofSeconds(2));
            return new JobResult(ExitCode.INTERNAL, "the launcher was interrupted; the job was stopped", List.of());
        }
        join(errors);
        int code = ends.jobCode(process.exitValue(), job.np());
        String message = code == ExitCode.OK
                ? ""
                : ends.cause().map(LooseEnds.Cause::toString).orElse(job.via() + " " + ExitCode.describe(code));
        return new JobResult(code, message, List.of());
    }

    private void endedBySignal(Process process, Thread errors) {
        signalled = true;
        stop(process);
        end(process, job.grace());
        join(errors); // the last words tell how to go on
        if (!process.isAlive() && ends.jobCode(process.exitValue(), job.np()) == ExitCode.RESUME_LATER) {
            Runtime.getRuntime().halt(ExitCode.RESUME_LATER);
        }
    }

    /**
     * Asks the ranks to stop. Both pass on SIGUSR1; at a SIGTERM mpirun kills its ranks a second later, and srun at once.
     */
    private static void stop(Process process) {
        try {
            new ProcessBuilder("kill", "-USR1", Long.toString(process.pid()))
                    .start()
                    .waitFor();
        } catch (IOException e) {
            process.toHandle().destroy(); // not Process.destroy(), which closes the stream of the ranks' last words
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void end(Process process, Duration grace) {
        List<ProcessHandle> below = process.descendants().toList();
        try {
            if (!process.waitFor(grace.toMillis(), TimeUnit.MILLISECONDS)) {
                process.toHandle().destroy();
                process.waitFor(LAST_SECONDS, TimeUnit.SECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        process.destroyForcibly();
        below.forEach(ProcessHandle::destroyForcibly);
    }
}
