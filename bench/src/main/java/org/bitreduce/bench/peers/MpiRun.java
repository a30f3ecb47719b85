// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.peers;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A running {@code mpirun}. What it and its ranks print goes to a file: warnings of the library's plug-ins are no news to
 * who reads a benchmark. Its ranks end when it does.
 */
public final class MpiRun implements AutoCloseable {

    private static final long PATIENCE_SECONDS = 5;
    private static final long GRACE_SECONDS = 2;

    private final Process process;
    private final Path log;

    private MpiRun(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    /**
     * Starts ranks.
     *
     * @param mpi the library
     * @param words for its launcher
     * @param program compiled against the library, and its arguments
     * @param environment variables besides the library's own
     * @return the running job
     */
    public static MpiRun start(
            MpiInstallation mpi, List<String> words, List<String> program, Map<String, String> environment)
            throws IOException {
        List<String> command = new ArrayList<>(List.of(mpi.launcher().toString()));
        command.addAll(words);
        command.addAll(program);
        Path log = Files.createTempFile("bitreduce-mpirun", ".log");
        log.toFile().deleteOnExit(); // a signal ends this JVM without close
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().putAll(mpi.environment());
        builder.environment().putAll(environment);
        Process process = builder.redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .redirectInput(new File("/dev/null"))
                .start();
        return new MpiRun(process, log);
    }

    /** {@return the launcher} */
    public ProcessHandle process() {
        return process.toHandle();
    }

    /** {@return the last thing that was printed and is not a plug-in's warning; may be empty} */
    public String lastWords() {
        try {
            return Files.readString(log, StandardCharsets.ISO_8859_1)
                    .lines()
                    .filter(line -> line.matches(".*\\w.*") && !line.endsWith("(ignored)"))
                    .reduce("", (first, second) -> second);
        } catch (IOException e) {
            return "";
        }
    }

    /** Gives the ranks a moment to end by themselves, then ends them. */
    @Override
    public void close() {
        List<ProcessHandle> ranks = process.descendants().toList();
        try {
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                process.destroy();
                if (!process.waitFor(GRACE_SECONDS, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                }
            }
        } catch (InterruptedException e) {
            process.destroy();
            Thread.currentThread().interrupt();
        }
        ranks.forEach(ProcessHandle::destroyForcibly);
        try {
            Files.deleteIfExists(log);
        } catch (IOException e) {
            // a file of a few lines in the temporary folder
        }
    }
}
