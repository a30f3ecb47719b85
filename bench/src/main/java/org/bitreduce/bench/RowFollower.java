// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import tools.jackson.databind.ObjectMapper;

/** Reads a {@link RowFile} while it is being written. */
final class RowFollower {

    private static final long PAUSE_MILLIS = 50;

    private final ObjectMapper mapper = new ObjectMapper();
    private final StringBuilder line = new StringBuilder();
    private final BufferedReader in;
    private final Consumer<MeasuredRow> sink;

    /**
     * Opens a file.
     *
     * @param file exists, may still be empty
     * @param sink gets each row once
     */
    RowFollower(Path file, Consumer<MeasuredRow> sink) throws IOException {
        this.in = Files.newBufferedReader(file);
        this.sink = sink;
    }

    /**
     * Follows the file while a job runs, and then to its end.
     *
     * @param writer what the rows come from
     */
    void follow(Thread writer) throws IOException, InterruptedException {
        while (writer.isAlive()) {
            readOn();
            writer.join(PAUSE_MILLIS);
        }
        readOn();
        in.close();
    }

    private void readOn() throws IOException {
        for (int c = in.read(); c >= 0; c = in.read()) {
            if (c == '\n') {
                sink.accept(mapper.readValue(line.toString(), MeasuredRow.class));
                line.setLength(0);
            } else {
                line.append((char) c);
            }
        }
    }
}
