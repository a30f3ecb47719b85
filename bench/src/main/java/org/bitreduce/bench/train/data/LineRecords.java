// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.train.data;

import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** Reads files with a record in each line; empty lines are passed over. UTF-8. Confined to one thread. */
final class LineRecords implements TextRecords {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final Path file;
    private final BufferedReader reader;
    private final Shape shape;
    private int line;

    private LineRecords(Path file, BufferedReader reader, Shape shape) {
        this.file = file;
        this.reader = reader;
        this.shape = shape;
    }

    /** {@return a reader of lines with fields between tabs; there are no quotes} */
    static LineRecords tabs(Path file) throws IOException {
        return new LineRecords(file, PackedFile.reader(file), text -> List.of(text.split("\t", -1)));
    }

    /** {@return a reader of lines with a JSON object each, of which {@code label} and {@code text} are used} */
    static LineRecords json(Path file) throws IOException {
        return new LineRecords(file, PackedFile.reader(file), LineRecords::object);
    }

    @Override
    public List<String> next() throws IOException {
        try {
            String text;
            do {
                line++;
                text = reader.readLine();
            } while (text != null && text.isBlank());
            return text == null ? null : shape.fields(text);
        } catch (EOFException | ZipException cut) {
            throw new IOException(
                    "%s is cut off or damaged near line %d: %s".formatted(file, line, cut.getMessage()), cut);
        } catch (IllegalArgumentException | JacksonException wrong) {
            String why = wrong instanceof JacksonException json ? json.getOriginalMessage() : wrong.getMessage();
            throw new IOException("%s, line %d: %s".formatted(file, line, why), wrong);
        }
    }

    private static List<String> object(String text) {
        JsonNode object = MAPPER.readTree(text);
        JsonNode label = object.path("label");
        JsonNode words = object.path("text");
        if (!(label.isString() || label.isIntegralNumber()) || !words.isString()) {
            throw new IllegalArgumentException(
                    "expected an object with a label (a word or a whole number) and a text, found label=%s, text=%s"
                            .formatted(label, words));
        }
        return List.of(label.asString(), words.asString());
    }

    @Override
    public int line() {
        return line;
    }

    @Override
    public void close() throws IOException {
        reader.close();
    }

    /** Cuts a line into fields. */
    private interface Shape {

        /** {@return the fields; what is thrown where the line is wrong has the reason} */
        List<String> fields(String text);
    }
}
