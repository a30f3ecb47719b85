// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench;

import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.bitreduce.launch.LaunchException;
import tools.jackson.databind.ObjectMapper;

/**
 * Where rank 0 writes its rows, one JSON object per line, each as soon as it is known. Other ranks write nothing. What
 * cannot be written ends the job by a {@link LaunchException} that names the file.
 */
final class RowFile implements AutoCloseable {

    private final ObjectMapper mapper = new ObjectMapper();
    private final String file;
    private final Writer out;

    private RowFile(String file, Writer out) {
        this.file = file;
        this.out = out;
    }

    static RowFile create(String file) {
        try {
            return new RowFile(file, Files.newBufferedWriter(Path.of(file)));
        } catch (IOException e) {
            throw failure(file, e);
        }
    }

    static RowFile none() {
        return new RowFile("", null);
    }

    void write(MeasuredRow row) {
        if (out == null) {
            return;
        }
        try {
            out.write(mapper.writeValueAsString(row) + "\n");
            out.flush();
        } catch (IOException e) {
            throw failure(file, e);
        }
    }

    private static LaunchException failure(String file, IOException e) {
        return OutputFile.refusal(
                new IOException("cannot write the rows to %s: %s".formatted(file, OutputFile.reason(e)), e));
    }

    @Override
    public void close() {
        if (out != null) {
            try {
                out.close();
            } catch (IOException e) {
                throw failure(file, e);
            }
        }
    }
}
