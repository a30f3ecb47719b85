// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.launch.hosts;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.bitreduce.launch.Daemons;
import org.bitreduce.launch.JobDirectory;
import org.bitreduce.launch.rank.Wire;

/**
 * The launcher's agent on another host, started there by the remote shell. It starts processes, and passes on what they
 * print and what ranks say on the socket in its folder. It listens on no port: the remote shell, which knows the user,
 * carries everything. When its standard input ends, or nothing is heard for a minute, it kills what it has
 * started, removes its folder and ends.
 */
public final class HostAgent {

    private static final int CHUNK = 1 << 14;
    private static final int MOST_GREETING = 1 << 16;

    private final JobDirectory folder;
    private final OutputStream out;
    private final AgentProcesses processes;
    private final AtomicInteger lines = new AtomicInteger();
    private volatile long heard = System.nanoTime();

    private HostAgent(JobDirectory folder, OutputStream out) {
        this.folder = folder;
        this.out = out;
        this.processes = new AgentProcesses(out);
    }

    /** What the remote shell is told to run: a shell, because whether it takes words apart differs between remote shells. */
    static final String SHELL = "sh";

    /**
     * {@return what that shell is told by its first line of input, to become an agent}
     *
     * @param java to run it
     * @param classPath of the launcher
     */
    static String command(String java, String classPath) {
        List<String> words = List.of(
                java,
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx128m",
                "-cp",
                classPath,
                HostAgent.class.getName());
        return words.stream().map(HostAgent::quoted).collect(Collectors.joining(" ", "exec ", "\n"));
    }

    private static String quoted(String word) {
        return "'" + word.replace("'", "'\\''") + "'";
    }

    /** Passes over what login scripts have printed. */
    static void skipToGreeting(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int count = 0; count < MOST_GREETING; count++) {
            int next = in.read();
            if (next < 0) {
                throw new EOFException();
            }
            if (next != '\n') {
                line.write(next);
            } else if (line.toString(StandardCharsets.UTF_8).endsWith(AgentFrame.GREETING)) {
                return;
            } else {
                line.reset();
            }
        }
        throw new IOException("the remote shell prints, but no agent answers");
    }

    /**
     * Serves until standard input ends.
     *
     * @param args none
     * @throws IOException if the folder or its socket cannot be made
     */
    public static void main(String[] args) throws IOException {
        PrintStream out = System.out;
        System.setOut(System.err); // nothing else may write there
        try (JobDirectory folder = JobDirectory.create()) {
            HostAgent agent = new HostAgent(folder, out);
            Runtime.getRuntime().addShutdownHook(new Thread(agent::leave, "bitreduce-agent-end"));
            agent.serve(System.in);
        } finally {
            Runtime.getRuntime().exit(0); // the hook ends what runs; other threads may wait for ever
        }
    }

    private void leave() {
        processes.killAll();
        folder.close();
    }

    private void serve(InputStream input) throws IOException {
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(folder.path().resolve(Wire.SOCKET)), 64);
            Daemons.start("bitreduce-agent-accept", () -> accept(server));
            out.write((AgentFrame.GREETING + "\n").getBytes(StandardCharsets.UTF_8));
            AgentFrame.write(
                    out,
                    AgentFrame.READY,
                    0,
                    AgentFrame.payload(data -> data.writeUTF(folder.path().toString())));
            Daemons.start("bitreduce-agent-beat", this::beat);
            DataInputStream in = new DataInputStream(input);
            while (true) {
                AgentFrame frame = AgentFrame.read(in);
                heard = System.nanoTime();
                handle(frame);
            }
        } catch (EOFException e) {
            // the launcher is done, or gone
        }
    }

    private void handle(AgentFrame frame) throws IOException {
        switch (frame.type()) {
            case AgentFrame.FILE -> write(frame.content());
            case AgentFrame.START -> processes.start(frame.id(), frame.content());
            case AgentFrame.END -> processes.end(frame.id(), frame.payload()[0] != 0);
            case AgentFrame.BEAT -> {}
            default -> throw new IOException("unknown frame from the launcher: type=" + frame.type());
        }
    }

    private void write(DataInputStream content) throws IOException {
        Path file = folder.path().resolve(content.readUTF()).normalize();
        if (!file.startsWith(folder.path())) {
            throw new IOException("not in the job's folder: file=" + file);
        }
        Files.createDirectories(file.getParent());
        Files.deleteIfExists(file);
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.write(file, content.readAllBytes());
    }

    private void accept(ServerSocketChannel server) {
        try {
            while (true) {
                SocketChannel line = server.accept();
                int id = lines.incrementAndGet();
                Daemons.start("bitreduce-agent-line-" + id, () -> pass(line, id));
            }
        } catch (IOException e) {
            // closed: the agent ends
        }
    }

    private void pass(SocketChannel line, int id) {
        try (line;
                InputStream in = Channels.newInputStream(line)) {
            AgentFrame.write(out, AgentFrame.LINE_OPENED, id, new byte[0]);
            copy(in, AgentFrame.LINE_BYTES, id, out);
            AgentFrame.write(out, AgentFrame.LINE_CLOSED, id, new byte[0]);
        } catch (IOException e) {
            // the launcher is gone, and its input, which ends this agent, says so too
        }
    }

    /** Sends what can be read as frames, until it ends. */
    static void copy(InputStream in, byte type, int id, OutputStream out) throws IOException {
        byte[] chunk = new byte[CHUNK];
        while (true) {
            int count;
            try {
                count = in.read(chunk);
            } catch (IOException e) {
                return; // a process that is killed may break its line
            }
            if (count < 0) {
                return;
            }
            AgentFrame.write(out, type, id, java.util.Arrays.copyOf(chunk, count));
        }
    }

    private void beat() {
        try {
            while ((System.nanoTime() - heard) / 1_000_000 < AgentFrame.SILENCE_MILLIS) {
                Thread.sleep(AgentFrame.BEAT_MILLIS);
                AgentFrame.write(out, AgentFrame.BEAT, 0, new byte[0]);
            }
        } catch (IOException | InterruptedException e) {
            // nobody listens
        }
        Runtime.getRuntime().exit(ORPHAN);
    }

    /** As if the terminal had hung up. */
    private static final int ORPHAN = 129;
}
