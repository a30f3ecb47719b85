// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench;

import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import tools.jackson.databind.ObjectMapper;

/** Where rank 0 writes its rows, one JSON object per line, each as soon as it is known. Other ranks write nothing. */
final class RowFile implements AutoCloseable {

    private final ObjectMapper mapper = new ObjectMapper();
    private final Writer out;

    private RowFile(Writer out) {
        this.out = out;
    }

    static RowFile create(String file) throws IOException {
        return new RowFile(Files.newBufferedWriter(Path.of(file)));
    }

    static RowFile none() {
        return new RowFile(null);
    }

    void write(MeasuredRow row) throws IOException {
        if (out == null) {
            return;
        }
        out.write(mapper.writeValueAsString(row) + "\n");
        out.flush();
    }

    @Override
    public void close() throws IOException {
        if (out != null) {
            out.close();
        }
    }
}
