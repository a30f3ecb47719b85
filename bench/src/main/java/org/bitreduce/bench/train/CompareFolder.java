// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.train;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.bitreduce.bench.OutputFile;
import org.bitreduce.launch.ExitCode;
import org.bitreduce.launch.LaunchException;
import picocli.CommandLine.ParameterException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * The folder of a comparison: how it was started, and every finished run, so that a stopped one can go on.
 *
 * @param path the folder
 */
record CompareFolder(Path path) {

    private static final String ARGUMENTS = "compare.txt";
    private static final System.Logger LOGGER = System.getLogger(CompareFolder.class.getName());

    /** Saves how a new comparison is started, in a folder without runs: they must not mix with those of another. */
    void begin(List<String> words) throws IOException {
        if (Files.exists(runs())) {
            throw new IllegalArgumentException(
                    "%s holds runs of an earlier comparison: go on with it by --resume, or choose another --out"
                            .formatted(path));
        }
        Files.createDirectories(runs());
        save(words);
    }

    /** Saves what a comparison is started or resumed with, so that it is not forgotten when it is resumed once more. */
    void save(List<String> words) throws IOException {
        OutputFile.replace(path.resolve(ARGUMENTS), String.join("\n", words) + "\n");
    }

    /**
     * {@return the options that the comparison in this folder was started with}
     *
     * @throws LaunchException if there is none, or if the file that says so has been damaged
     */
    List<String> load() throws IOException {
        Path file = path.resolve(ARGUMENTS);
        if (!Files.isRegularFile(file)) {
            throw new LaunchException(
                    ExitCode.USAGE, "%s is no folder of a comparison: it holds no %s".formatted(path, ARGUMENTS));
        }
        try {
            List<String> words = Files.readAllLines(file);
            CompareOptions.parse(words).settings();
            return words;
        } catch (CharacterCodingException | IllegalArgumentException | ParameterException e) {
            throw new LaunchException(
                    ExitCode.DATA,
                    "%s is damaged: it must hold the options of the comparison, one per line: %s"
                            .formatted(file, e.getMessage()),
                    e);
        }
    }

    /** Keeps a finished run: at its place the file is whole or not there. */
    void keep(RunRecord run) throws IOException {
        Files.createDirectories(runs());
        OutputFile.replace(file(run.method(), run.seed()), JsonMapper.shared().writeValueAsString(run));
    }

    /**
     * {@return the finished run of a method and seed, or null if there is none; one that cannot be read is named and counts
     * as none}
     *
     * @param identity of the run that is wanted
     * @throws LaunchException if it was made with other settings or data, naming the first difference
     */
    RunRecord find(String method, long seed, String identity) throws IOException {
        Path file = file(method, seed);
        if (!Files.exists(file)) {
            return null;
        }
        RunRecord run;
        try {
            run = JsonMapper.shared().readValue(Files.readString(file), RunRecord.class);
        } catch (JacksonException | CharacterCodingException damaged) {
            LOGGER.log(System.Logger.Level.WARNING, "{0} is damaged; that run is made again", file);
            return null;
        }
        if (run.identity() == null || run.curve() == null) {
            LOGGER.log(System.Logger.Level.WARNING, "{0} lacks a field; that run is made again", file);
            return null;
        }
        Checks.sameRun(file.toString(), run.identity(), identity);
        return run;
    }

    private Path runs() {
        return path.resolve("runs");
    }

    private Path file(String method, long seed) {
        return runs().resolve("%s-seed-%d.json".formatted(method.replaceAll("[^A-Za-z0-9.-]+", "-"), seed));
    }
}
