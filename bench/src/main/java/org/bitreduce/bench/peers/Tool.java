// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.peers;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Programs of this machine: where they are, and what they say. Stateless. */
public final class Tool {

    private Tool() {}

    /**
     * What a program that ran to its end gave.
     *
     * @param code its exit code
     * @param text its output and error output
     */
    public record Result(int code, String text) {

        /** {@return whether the exit code is 0} */
        public boolean ok() {
            return code == 0;
        }

        /** {@return the last line that is not blank, empty if there is none} */
        public String lastLine() {
            return text.lines().filter(line -> !line.isBlank()).reduce("", (first, second) -> second);
        }
    }

    /**
     * Looks for a program on the PATH and in the folders of the administrator's tools.
     *
     * @param names the first that is there is taken
     * @return its file
     */
    public static Optional<Path> find(String... names) {
        String path = System.getenv().getOrDefault("PATH", "") + File.pathSeparator + "/usr/sbin:/sbin";
        return Arrays.stream(names)
                .flatMap(name -> Arrays.stream(path.split(File.pathSeparator))
                        .filter(folder -> !folder.isEmpty())
                        .map(folder -> Path.of(folder, name)))
                .filter(Files::isExecutable)
                .filter(Files::isRegularFile)
                .findFirst();
    }

    /**
     * Runs a program to its end.
     *
     * @param limit after which it is ended, which is a failure
     * @param command the program and its arguments
     * @return what it gave
     */
    public static Result run(Duration limit, List<String> command) throws IOException, InterruptedException {
        return run(limit, new ProcessBuilder(command));
    }

    /**
     * Runs a program to its end.
     *
     * @param limit after which it is ended, which is a failure
     * @param builder of the process; its output is taken over
     * @return what it gave
     */
    public static Result run(Duration limit, ProcessBuilder builder) throws IOException, InterruptedException {
        Path output = Files.createTempFile("bitreduce-tool", ".txt");
        try {
            Process process = builder.redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .redirectInput(new File("/dev/null"))
                    .start();
            boolean ended = waitFor(process, limit);
            String text = Files.readString(output, StandardCharsets.ISO_8859_1);
            return ended
                    ? new Result(process.exitValue(), text)
                    : new Result(-1, "%s%nno end after %d s".formatted(text, limit.toSeconds()));
        } finally {
            Files.delete(output);
        }
    }

    private static boolean waitFor(Process process, Duration limit) throws InterruptedException {
        try {
            return process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }
}
