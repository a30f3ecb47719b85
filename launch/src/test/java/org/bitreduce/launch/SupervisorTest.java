// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.bitreduce.launch.rank.Wire;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SupervisorTest {

    @TempDir
    private Path base;

    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final JobState state = new JobState(2);
    private JobDirectory directory;
    private Supervisor supervisor;

    @BeforeEach
    void listen() throws IOException {
        directory = JobDirectory.create(base);
        supervisor = new Supervisor(directory, 2, state, new RankConsole(err, err, false));
    }

    @AfterEach
    void close() {
        supervisor.close();
        directory.close();
    }

    private SocketChannel connect(byte type, String token, int rank) throws IOException {
        SocketChannel line =
                SocketChannel.open(UnixDomainSocketAddress.of(directory.path().resolve(Wire.SOCKET)));
        ByteArrayOutputStream payload = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(payload);
        out.writeUTF(token);
        out.writeInt(rank);
        out.writeLong(ProcessHandle.current().pid());
        out.writeUTF("host");
        line.write(ByteBuffer.allocate(5 + payload.size())
                .put(type)
                .putInt(payload.size())
                .put(payload.toByteArray())
                .flip());
        return line;
    }

    /** The launcher hangs up on whoever is no rank of its job. */
    private static boolean hungUp(SocketChannel line) throws IOException {
        try (line) {
            return line.read(ByteBuffer.allocate(1)) < 0;
        } catch (IOException e) {
            return true; // reset, because it had not read all
        }
    }

    @Test
    void takesARankWithTheToken() throws Exception {
        try (SocketChannel line = connect(Wire.HELLO, directory.token(), 1)) {
            for (int i = 0; i < 500 && state.absent().contains(1); i++) {
                state.await(10);
            }
            assertEquals(List.of(0), state.absent());
            assertTrue(line.isOpen());
        }
        for (int i = 0; i < 500 && !state.failed(); i++) {
            state.await(10);
        }
        assertTrue(state.failed()); // it went without a word
    }

    @Test
    void turnsStrangersAway() throws IOException {
        assertTrue(hungUp(connect(Wire.HELLO, "0".repeat(32), 1)));
        assertTrue(hungUp(connect(Wire.HELLO, directory.token(), 2)));
        assertTrue(hungUp(connect(Wire.HELLO, directory.token(), -1)));
        assertTrue(hungUp(connect(Wire.OUT, directory.token(), 1)));
        assertEquals(List.of(0, 1), state.absent());
        assertTrue(err.toString(StandardCharsets.UTF_8).contains("turned away a stranger"));
    }

    @Test
    void refusesFramesOfAbsurdLength() throws IOException {
        SocketChannel line =
                SocketChannel.open(UnixDomainSocketAddress.of(directory.path().resolve(Wire.SOCKET)));
        line.write(
                ByteBuffer.allocate(5).put(Wire.HELLO).putInt(Integer.MAX_VALUE).flip());
        assertTrue(hungUp(line));
        line = SocketChannel.open(UnixDomainSocketAddress.of(directory.path().resolve(Wire.SOCKET)));
        line.write(ByteBuffer.allocate(5).put(Wire.HELLO).putInt(-1).flip());
        assertTrue(hungUp(line));
    }
}
