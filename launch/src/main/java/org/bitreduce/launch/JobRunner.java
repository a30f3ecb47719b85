// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.launch;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.bitreduce.launch.hosts.RankHosts;
import org.bitreduce.launch.mpj.MpjRun;

/** Runs one job: starts its ranks, watches them, and ends all when one fails. */
final class JobRunner {

    /** How long to wait for more news once ranks complain of others, to tell the cause from its consequences. */
    private static final double GATHER_SECONDS = 1;

    /** The same once a rank has failed by itself; only a death, which is known sooner, would count for more. */
    private static final double DEATH_SECONDS = 0.4;

    /** How long the other ranks may take to stop once one has stopped in order to be resumed later. */
    private static final double STOP_SECONDS = 10;

    /** How long all ranks may take to come up. */
    private static final double START_SECONDS = 120;

    /** How long JVMs started by MPJ Express, which may have threads that never end, may live on when all is done. */
    private static final double LINGER_SECONDS = 5;

    private static final Duration GRACE = Duration.ofSeconds(2);

    private final Job job;
    private final RankConsole console;
    private final JobState state;
    private final Members members;
    private volatile boolean signalled;

    JobRunner(Job job, RankConsole console) {
        this.job = job;
        this.console = console;
        state = new JobState(job.np());
        members = new Members(state, console);
    }

    JobResult run() {
        try (JobDirectory directory = JobDirectory.create();
                Supervisor supervisor = new Supervisor(directory, job.np(), state, console);
                RankHosts hosts = hosts(directory, supervisor);
                Starter starter = starter()) {
            Thread hook = new Thread(() -> endedBySignal(directory, supervisor), "bitreduce-signal");
            Runtime.getRuntime().addShutdownHook(hook);
            try {
                starter.start(new Launch(job, directory.path(), directory.ranks(), members, hosts));
                return watch();
            } finally {
                leaveTheEndToTheHook();
                ProcessEnder.end(() -> processes(supervisor), GRACE);
                members.drain();
                console.finish();
                removeHook(hook);
            }
        } catch (IOException e) {
            throw new LaunchException(
                    ExitCode.INPUT_OUTPUT, "cannot start the ranks: via=" + job.via() + ", cause=" + e, e);
        }
    }

    private RankHosts hosts(JobDirectory directory, Supervisor supervisor) throws IOException {
        Network network = job.network();
        if (network.machines().isEmpty()) {
            return RankHosts.local(job.np(), directory.path(), directory.ranks(), network::hostCommand);
        }
        network.meetingAddress(); // that there is none is told before anything is started
        Thread hook = new Thread(directory::close, "bitreduce-start-end"); // a signal may come before there are ranks
        Runtime.getRuntime().addShutdownHook(hook);
        try {
            return RankHosts.remote(network.machines(), job.np(), directory.path(), listener(supervisor));
        } finally {
            removeHook(hook);
        }
    }

    private RankHosts.Listener listener(Supervisor supervisor) {
        return new RankHosts.Listener() {
            @Override
            public void line(InputStream line) {
                supervisor.attach(line);
            }

            @Override
            public void note(String text) {
                console.message(text);
            }
        };
    }

    private Starter starter() throws IOException {
        return switch (job.via()) {
            case LOCAL_THREADS -> new LocalThreads();
            case LOCAL_PROCESSES -> new LocalProcesses();
            case MPJRUN_MULTICORE, MPJRUN_NIODEV, MPJRUN_HYBRID -> MpjRun.starter(job.via(), job.mpjHome());
            case MPIRUN, SRUN -> throw new IllegalStateException("not of this launcher: via=" + job.via());
        };
    }

    private JobResult watch() {
        double failedAt = Double.POSITIVE_INFINITY;
        double doneAt = Double.POSITIVE_INFINITY;
        try {
            while (true) {
                state.await(50);
                double now = state.seconds();
                if (state.failed()) {
                    failedAt = Math.min(failedAt, now);
                    boolean lingers = state.resumable() && now - failedAt >= LINGER_SECONDS;
                    boolean known = state.causeIsKnown() || (state.allOver() && members.allEnded()) || lingers;
                    if (known || now - failedAt >= patience()) {
                        return failure();
                    }
                } else if (state.allDone()) {
                    doneAt = Math.min(doneAt, now);
                    if (members.allEnded() || (job.via().needsMpj() && now - doneAt >= LINGER_SECONDS)) {
                        return new JobResult(ExitCode.OK, "", state.infos());
                    }
                }
                if (now > START_SECONDS && !state.absent().isEmpty()) {
                    return timeOut("ranks did not come up", START_SECONDS, state.absent());
                }
                if (!job.timeOut().isZero() && now >= seconds(job.timeOut())) {
                    return timeOut("time-out", seconds(job.timeOut()), state.unfinished());
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new JobResult(ExitCode.INTERNAL, "the launcher was interrupted; the job was stopped", state.infos());
        }
    }

    private double patience() {
        if (state.stopping()) {
            return STOP_SECONDS;
        }
        return state.rootCause().orElseThrow().priority() < Failure.COMPLAINS ? DEATH_SECONDS : GATHER_SECONDS;
    }

    private JobResult failure() {
        Failure cause = state.rootCause().orElseThrow();
        if (cause.code() == ExitCode.RESUME_LATER && !state.resumable()) {
            cause = cause.notResumable(state.disorderly());
        }
        return new JobResult(cause.code(), cause.message(), state.infos());
    }

    private JobResult timeOut(String what, double seconds, List<Integer> ranks) {
        String message = String.format(
                Locale.ROOT, "%s after %.1f s: ranks %s not finished; the job was stopped", what, seconds, ranks);
        return new JobResult(ExitCode.TIME_OUT, message, state.infos());
    }

    private Set<ProcessHandle> processes(Supervisor supervisor) {
        Set<ProcessHandle> all = new LinkedHashSet<>(members.handles());
        all.addAll(supervisor.processes());
        return all;
    }

    /** Runs while the JVM goes down; its exit code is then 128 plus the signal, unless ranks can be resumed. */
    private void endedBySignal(JobDirectory directory, Supervisor supervisor) {
        signalled = true;
        ProcessEnder.end(() -> processes(supervisor), job.grace());
        members.drain();
        console.finish();
        directory.close();
        try {
            state.awaitLastNews();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (state.resumable()) {
            Runtime.getRuntime().halt(ExitCode.RESUME_LATER);
        }
    }

    /** After a signal the ranks have all their grace, and this JVM ends when the hook has. */
    private void leaveTheEndToTheHook() {
        while (signalled) {
            LockSupport.park();
        }
    }

    private void removeHook(Thread hook) {
        if (!signalled) {
            try {
                Runtime.getRuntime().removeShutdownHook(hook);
            } catch (IllegalStateException e) {
                // a signal came in between; the hook does the rest
            }
        }
    }

    private static double seconds(Duration duration) {
        return duration.toNanos() / 1e9;
    }
}
