// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.versus;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Set;
import java.util.function.BiFunction;

/**
 * Ranks that are threads of the test.
 *
 * @param hellos what each rank says first
 * @param answer to a rank's command: null to say nothing, empty to hang up
 */
record FakeProgram(java.util.List<String> hellos, BiFunction<Integer, Task, String> answer) implements Program {

    @Override
    public Running start(Path socket) throws IOException {
        for (int rank = 0; rank < hellos.size(); rank++) {
            int self = rank;
            SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket));
            say(channel, hellos.get(rank));
            Thread.ofVirtual().start(() -> serve(channel, self));
        }
        return new FakeRun(!hellos.isEmpty());
    }

    private void serve(SocketChannel channel, int rank) {
        try (channel;
                BufferedReader in = new BufferedReader(
                        new InputStreamReader(Channels.newInputStream(channel), StandardCharsets.UTF_8))) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                String text = answer.apply(rank, Task.parse(line));
                if (text != null && text.isEmpty()) {
                    return;
                }
                if (text != null) {
                    say(channel, text);
                }
            }
        } catch (IOException e) {
            // the test is over
        }
    }

    private static void say(SocketChannel channel, String line) throws IOException {
        channel.write(ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.UTF_8)));
    }

    private record FakeRun(boolean isAlive) implements Running {

        @Override
        public String lastWords() {
            return "its last words";
        }

        @Override
        public Set<ProcessHandle> processes() {
            return Set.of();
        }

        @Override
        public void close() {
            // threads end with their connections
        }
    }
}
