// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.train;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import org.bitreduce.bench.OutputFile;
import org.bitreduce.launch.ExitCode;
import org.bitreduce.launch.LaunchException;
import picocli.CommandLine.ParameterException;

/**
 * The folder of a run, which holds how it was started: the number of ranks, then the options that were given, one per
 * line.
 *
 * @param path the folder
 */
record RunFolder(Path path) {

    /** File of a finished run's report. */
    static final String REPORT = "report.json";

    private static final String ARGUMENTS = "arguments.txt";

    /**
     * How a run was started.
     *
     * @param ranks number of ranks
     * @param words the options that were given
     */
    record Start(int ranks, List<String> words) {

        /** {@return all that the run's result depends on but the data} */
        String identity() {
            return TrainOptions.parse(words).settings().identity(ranks, 0);
        }
    }

    /**
     * {@return whether a folder holds a run, finished or not}
     *
     * @param path may be missing
     */
    static boolean isRun(Path path) {
        return Files.isRegularFile(path.resolve(ARGUMENTS));
    }

    /**
     * Saves how a new run is started, in a folder without checkpoints: they must not mix with those of another run. The
     * report of an earlier run is deleted, which would be taken for that of the new one.
     */
    void begin(Start start) throws IOException {
        if (Files.exists(path.resolve(TrainRank.CHECKPOINTS))) {
            throw new IllegalArgumentException(
                    "%s holds checkpoints of an earlier run: go on with it by --resume, or choose another --out"
                            .formatted(path));
        }
        List<String> lines = new ArrayList<>(List.of(Integer.toString(start.ranks())));
        lines.addAll(start.words());
        try {
            Files.deleteIfExists(path.resolve(REPORT));
            Files.createDirectories(path);
            // At its place it is whole or not there: a run that was killed here is started anew by --resume=auto.
            OutputFile.replace(path.resolve(ARGUMENTS), String.join("\n", lines) + "\n");
        } catch (IOException e) {
            throw new LaunchException(
                    ExitCode.INPUT_OUTPUT,
                    "cannot write the results: folder=%s, cause=%s; make room there or choose another --out"
                            .formatted(path, OutputFile.reason(e)),
                    e);
        }
    }

    /**
     * {@return how the run in this folder was started}
     *
     * @throws LaunchException if there is none, or if the file that says so has been damaged
     */
    Start load() throws IOException {
        Path file = path.resolve(ARGUMENTS);
        if (!isRun(path)) {
            throw new LaunchException(
                    ExitCode.USAGE, "%s is no folder of a training run: it holds no %s".formatted(path, ARGUMENTS));
        }
        try {
            List<String> lines = Files.readAllLines(file);
            Start start = new Start(Integer.parseInt(lines.getFirst()), lines.subList(1, lines.size()));
            start.identity();
            return start;
        } catch (CharacterCodingException | IllegalArgumentException | NoSuchElementException | ParameterException e) {
            throw new LaunchException(
                    ExitCode.DATA,
                    "%s is damaged: it must hold the number of ranks and the options of the run, one per line: %s"
                            .formatted(file, e.getMessage()),
                    e);
        }
    }
}
