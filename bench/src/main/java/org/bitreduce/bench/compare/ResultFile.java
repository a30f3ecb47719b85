// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.compare;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.bitreduce.launch.ExitCode;
import org.bitreduce.launch.LaunchException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * What {@code bench COLLECTIVE --format json} or {@code bench versus --format json} has written.
 *
 * @param file where it was read
 * @param shape which of the two
 * @param environment of the run
 * @param rows of the table, in its order
 */
record ResultFile(Path file, ResultShape shape, JsonNode environment, Map<RowKey, JsonNode> rows) {

    /** Longest file that is read; ten thousand rows have about 5 MB. */
    private static final long MAX_BYTES = 1L << 28;

    /**
     * Reads a file and checks it.
     *
     * @param file as on the command line
     * @return what it holds
     * @throws LaunchException with {@link ExitCode#INPUT_OUTPUT} if it cannot be read, {@link ExitCode#DATA} if it is no
     *     result
     */
    static ResultFile read(Path file) {
        JsonNode document;
        try {
            if (Files.isRegularFile(file) && Files.size(file) > MAX_BYTES) {
                throw bad(file, "it is longer than %d bytes".formatted(MAX_BYTES));
            }
            document = new ObjectMapper().readTree(Files.readString(file));
        } catch (NoSuchFileException e) {
            throw new LaunchException(ExitCode.INPUT_OUTPUT, "there is no such file: " + file);
        } catch (CharacterCodingException e) {
            throw bad(file, "it is not UTF-8");
        } catch (IOException e) {
            throw new LaunchException(ExitCode.INPUT_OUTPUT, "cannot read %s: %s".formatted(file, e));
        } catch (JacksonException e) {
            throw bad(file, "it is not JSON, or cut off: " + e.getOriginalMessage());
        }
        if (document.isMissingNode()) {
            throw bad(file, "it is empty");
        }
        JsonNode results = document.get("results");
        ResultShape shape = ResultShape.of(document);
        JsonNode environment = shape.environment(document);
        if (results == null || !results.isArray() || environment == null || !environment.isObject()) {
            throw bad(file, "it has no environment and results; write it with --format json --out " + file);
        }
        return new ResultFile(file, shape, environment, rows(file, shape, document));
    }

    private static Map<RowKey, JsonNode> rows(Path file, ResultShape shape, JsonNode document) {
        Map<RowKey, JsonNode> rows = new LinkedHashMap<>();
        for (JsonNode row : document.get("results").values()) {
            int number = rows.size() + 1;
            if (row instanceof ObjectNode object) {
                shape.complete(object, document);
            }
            for (String field : (Iterable<String>) Stream.concat(
                    shape.fields().stream(), Stream.of("p50_us", "p50_low_us", "p50_high_us"))::iterator) {
                if (!row.has(field)) {
                    throw bad(file, "row %d has no %s".formatted(number, field));
                }
            }
            try {
                median(row);
                if (rows.put(RowKey.of(shape, row), row) != null) {
                    throw bad(file, "row %d measures the same as one before".formatted(number));
                }
            } catch (IllegalArgumentException e) {
                throw bad(file, "row %d: %s".formatted(number, e.getMessage()));
            }
        }
        return rows;
    }

    /**
     * {@return a row's median}
     *
     * @param row of this file
     * @throws IllegalArgumentException if its numbers are none, or contradict each other
     */
    static Median median(JsonNode row) {
        return new Median(number(row, "p50_us"), number(row, "p50_low_us"), number(row, "p50_high_us"));
    }

    private static double number(JsonNode row, String field) {
        if (!row.get(field).isNumber()) {
            throw new IllegalArgumentException("not a number: %s=%s".formatted(field, row.get(field)));
        }
        return row.get(field).asDouble();
    }

    private static LaunchException bad(Path file, String why) {
        return new LaunchException(ExitCode.DATA, "%s is no result of bench: %s".formatted(file, why));
    }
}
