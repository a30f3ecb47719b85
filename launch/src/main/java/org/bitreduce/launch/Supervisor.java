// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.launch;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.bitreduce.launch.rank.End;
import org.bitreduce.launch.rank.Wire;

/** Listens to the ranks. Closing it ends every rank that is still there, see the other end of the line. */
final class Supervisor implements AutoCloseable {

    private final JobDirectory directory;
    private final int np;
    private final JobState state;
    private final RankConsole console;
    private final ServerSocketChannel server;
    private final Set<SocketChannel> lines = ConcurrentHashMap.newKeySet();
    private final Set<ProcessHandle> processes = ConcurrentHashMap.newKeySet();

    Supervisor(JobDirectory directory, int np, JobState state, RankConsole console) throws IOException {
        this.directory = directory;
        this.np = np;
        this.state = state;
        this.console = console;
        server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(directory.path().resolve(Wire.SOCKET)), Math.max(np, 50));
        Daemons.start("bitreduce-supervisor", this::accept);
    }

    /** {@return the processes of the ranks that have come up} */
    Set<ProcessHandle> processes() {
        return processes;
    }

    private void accept() {
        try {
            while (true) {
                SocketChannel line = server.accept();
                lines.add(line);
                Daemons.start("bitreduce-rank-line", () -> listen(line));
            }
        } catch (IOException e) {
            // closed: the job is over
        }
    }

    /**
     * Listens, in the background, to a rank of another host.
     *
     * @param line what it says
     */
    void attach(InputStream line) {
        Daemons.start("bitreduce-rank-line", () -> listen(line, false));
    }

    private void listen(SocketChannel line) {
        try (line) {
            listen(Channels.newInputStream(line), true);
        } catch (IOException e) {
            // closed as well as it can be
        } finally {
            lines.remove(line);
        }
    }

    private void listen(InputStream line, boolean ofThisHost) {
        int rank = -1;
        try (DataInputStream in = new DataInputStream(line)) {
            int claimed = hello(Wire.read(in), ofThisHost);
            if (claimed < 0) {
                return;
            }
            rank = claimed;
            while (true) {
                handle(rank, Wire.read(in));
            }
        } catch (IOException e) {
            // the end of the line, told below
        } finally {
            if (rank >= 0) {
                state.disconnected(rank);
            }
        }
    }

    private int hello(Wire frame, boolean ofThisHost) throws IOException {
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(frame.payload()));
        if (frame.type() != Wire.HELLO) {
            return -1;
        }
        byte[] token = in.readUTF().getBytes(StandardCharsets.UTF_8);
        int rank = in.readInt();
        long pid = in.readLong();
        String host = in.readUTF();
        if (!MessageDigest.isEqual(token, directory.token().getBytes(StandardCharsets.UTF_8))) {
            console.message("turned away a stranger that claimed to be a rank: rank=" + rank + ", pid=" + pid);
            return -1;
        }
        if (rank < 0 || rank >= np || !state.connected(rank, pid, host)) {
            console.message("turned away a rank that is out of range or there already: rank=" + rank + ", np=" + np
                    + ", pid=" + pid);
            return -1;
        }
        if (ofThisHost) { // the number of another host's process is that of somebody else's here
            ProcessHandle.of(pid).ifPresent(processes::add);
        }
        return rank;
    }

    private void handle(int rank, Wire frame) throws IOException {
        switch (frame.type()) {
            case Wire.OUT -> console.bytes(rank, false, frame.payload());
            case Wire.ERR -> console.bytes(rank, true, frame.payload());
            case Wire.DONE -> {
                DataInputStream in = new DataInputStream(new ByteArrayInputStream(frame.payload()));
                int kind = in.readUnsignedByte();
                int code = in.readInt();
                if (kind >= End.values().length) {
                    throw new IOException("unknown kind of end: kind=" + kind + ", rank=" + rank);
                }
                state.done(rank, End.values()[kind], code, in.readUTF());
            }
            default -> throw new IOException("unknown frame: type=" + frame.type() + ", rank=" + rank);
        }
    }

    @Override
    public void close() {
        try {
            server.close();
            for (SocketChannel line : lines) {
                line.close();
            }
        } catch (IOException e) {
            // what matters is that the lines are cut, and they are when this process ends
        }
    }
}
