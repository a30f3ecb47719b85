// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.versus;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** The connection of one rank. Lines are read by a thread of its own, so that waiting for one can have a deadline. */
final class RankLine implements AutoCloseable {

    private final SocketChannel channel;
    private final BlockingQueue<Optional<String>> lines = new LinkedBlockingQueue<>();

    RankLine(SocketChannel channel) {
        this.channel = channel;
        Thread reader = new Thread(this::read, "versus-rank-line");
        reader.setDaemon(true);
        reader.start();
    }

    private void read() {
        try (BufferedReader in = new BufferedReader(
                new InputStreamReader(Channels.newInputStream(channel), StandardCharsets.UTF_8), 1 << 16)) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                lines.add(Optional.of(line));
            }
        } catch (IOException e) {
            // the end of the line, told below
        }
        lines.add(Optional.empty());
    }

    /**
     * Sends a line.
     *
     * @param line without its end
     */
    void send(String line) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.UTF_8));
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    /**
     * Waits for a line.
     *
     * @param limit how long
     * @return empty if the rank is gone
     * @throws CrewException if none comes in time
     */
    Optional<String> receive(Duration limit) throws InterruptedException {
        Optional<String> line = lines.poll(Math.max(1, limit.toMillis()), TimeUnit.MILLISECONDS);
        if (line == null) {
            throw new CrewException("no answer in %d s".formatted(limit.toSeconds()));
        }
        return line;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
