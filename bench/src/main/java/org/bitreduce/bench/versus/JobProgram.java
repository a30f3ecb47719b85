// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.versus;

import java.nio.file.Path;
import java.util.Set;
import java.util.function.Function;
import org.bitreduce.launch.Job;
import org.bitreduce.launch.JobResult;

/**
 * Ranks that BitReduce's launcher starts.
 *
 * @param job makes the job, given the socket
 */
record JobProgram(Function<Path, Job> job) implements Program {

    private static final long PATIENCE_MILLIS = 10_000;

    @Override
    public Running start(Path socket) {
        return new RunningJob(job.apply(socket));
    }

    private static final class RunningJob implements Running {

        private final Thread runner;
        private volatile String lastWords = "";

        RunningJob(Job job) {
            runner = new Thread(() -> run(job), "versus-job");
            runner.setDaemon(true);
            runner.start();
        }

        private void run(Job job) {
            try {
                JobResult result = job.run();
                lastWords = result.message();
            } catch (RuntimeException e) {
                lastWords = e.getMessage();
            }
        }

        @Override
        public boolean isAlive() {
            return runner.isAlive();
        }

        @Override
        public String lastWords() {
            return lastWords;
        }

        @Override
        public Set<ProcessHandle> processes() {
            return Set.of(); // the ranks tell theirs, and the launcher is this process
        }

        /** An interrupt makes the launcher end the ranks. */
        @Override
        public void close() {
            try {
                runner.join(PATIENCE_MILLIS);
                runner.interrupt();
                runner.join(PATIENCE_MILLIS);
            } catch (InterruptedException e) {
                runner.interrupt();
                Thread.currentThread().interrupt();
            }
        }
    }
}
