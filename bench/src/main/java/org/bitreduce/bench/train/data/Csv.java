// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.train.data;

import java.io.EOFException;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.ZipException;

/**
 * Reads comma-separated values (RFC 4180): fields may stand in double quotes, and then hold commas, line ends and doubled
 * quotes. UTF-8. Confined to one thread.
 */
final class Csv implements TextRecords {

    private final Path file;
    private final Reader reader;
    private int line = 1;
    private int recordLine = 1;

    private Csv(Path file, Reader reader) {
        this.file = file;
        this.reader = reader;
    }

    /** {@return a reader of a file, which is unpacked while reading if its name ends in .gz} */
    static Csv open(Path file) throws IOException {
        return new Csv(file, PackedFile.reader(file));
    }

    @Override
    public List<String> next() throws IOException {
        try {
            int c = read();
            while (c == '\n' || c == '\r') {
                c = read();
            }
            recordLine = line;
            return c < 0 ? null : fields(c);
        } catch (EOFException | ZipException cut) {
            throw new IOException(
                    "%s is cut off or damaged near line %d: %s".formatted(file, line, cut.getMessage()), cut);
        }
    }

    private List<String> fields(int first) throws IOException {
        List<String> fields = new ArrayList<>(3);
        StringBuilder field = new StringBuilder();
        int c = first;
        while (true) {
            c = c == '"' ? quoted(field) : bare(c, field);
            fields.add(field.toString());
            field.setLength(0);
            if (c != ',') {
                return fields;
            }
            c = read();
        }
    }

    /** Appends up to the closing quote. {@return the character after it} */
    private int quoted(StringBuilder field) throws IOException {
        int startLine = line;
        while (true) {
            int c = read();
            if (c < 0) {
                throw new IOException("%s: the quote opened in line %d is never closed".formatted(file, startLine));
            }
            if (c != '"') {
                field.append((char) c);
                continue;
            }
            int after = read();
            if (after != '"') {
                if (after == ',' || after == '\n' || after < 0) {
                    return after;
                }
                if (after == '\r') {
                    return read();
                }
                throw new IOException(
                        "%s, line %d: a closing quote is followed by '%c' instead of a comma or a line end"
                                .formatted(file, line, after));
            }
            field.append('"');
        }
    }

    private int bare(int first, StringBuilder field) throws IOException {
        int c = first;
        while (c >= 0 && c != ',' && c != '\n') {
            if (c != '\r') {
                field.append((char) c);
            }
            c = read();
        }
        return c;
    }

    private int read() throws IOException {
        int c = reader.read();
        if (c == '\n') {
            line++;
        }
        return c;
    }

    @Override
    public int line() {
        return recordLine;
    }

    @Override
    public void close() throws IOException {
        reader.close();
    }
}
