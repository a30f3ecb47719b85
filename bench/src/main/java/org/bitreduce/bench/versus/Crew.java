// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.versus;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.bitreduce.launch.rank.Directories;

/**
 * The ranks of one program, connected and waiting for commands. Between commands each rank is blocked in a read. Used by
 * one thread.
 */
final class Crew implements AutoCloseable {

    private static final Duration START = Duration.ofMinutes(1);
    private static final long POLL_MILLIS = 10;

    private final String name;
    private final Program.Running program;
    private final Path folder;
    private final RankLine[] lines;
    private final Set<Long> pids = new HashSet<>();
    private String library = "";

    private Crew(String name, Program.Running program, Path folder, int np) {
        this.name = name;
        this.program = program;
        this.folder = folder;
        this.lines = new RankLine[np];
    }

    /**
     * Starts a program and waits until all its ranks have connected.
     *
     * @param name for messages
     * @param np number of ranks
     * @param program how to start them
     * @return the ranks, ready
     * @throws CrewException if they do not come up, with what they said
     */
    static Crew assemble(String name, int np, Program program) throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("bitreduce-versus"); // private to its owner
        Path socket = folder.resolve("socket");
        // A signal ends this JVM without close.
        folder.toFile().deleteOnExit();
        socket.toFile().deleteOnExit();
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(socket), np);
            server.configureBlocking(false);
            Crew crew = new Crew(name, program.start(socket), folder, np);
            try {
                crew.gather(server);
                return crew;
            } catch (IOException | InterruptedException | RuntimeException e) {
                crew.close();
                throw e;
            }
        } catch (IOException | RuntimeException e) {
            Directories.delete(folder);
            throw e;
        }
    }

    private void gather(ServerSocketChannel server) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + START.toNanos();
        for (int present = 0; present < lines.length; ) {
            SocketChannel channel = server.accept();
            if (channel != null) {
                channel.configureBlocking(true);
                greet(new RankLine(channel));
                present++;
            } else if (!program.isAlive()) {
                throw new CrewException("%s did not start: %s".formatted(name, program.lastWords()));
            } else if (System.nanoTime() > deadline) {
                throw new CrewException("%s: only %d of %d ranks came up in %d s: %s"
                        .formatted(name, present, lines.length, START.toSeconds(), program.lastWords()));
            } else {
                Thread.sleep(POLL_MILLIS);
            }
        }
    }

    /** Takes a rank's first line: {@code hello RANK SIZE PID LIBRARY}. */
    private void greet(RankLine line) throws InterruptedException, IOException {
        String hello = line.receive(START).orElse("");
        String[] words = hello.split(" ", 5);
        int rank = words.length == 5 && words[0].equals("hello") ? Integer.parseInt(words[1]) : -1;
        if (rank < 0 || rank >= lines.length || lines[rank] != null || Integer.parseInt(words[2]) != lines.length) {
            line.close();
            throw new CrewException("%s: a rank of another job came: hello=%s, expected=%d different ranks"
                    .formatted(name, hello, lines.length));
        }
        lines[rank] = line;
        pids.add(Long.parseLong(words[3]));
        library = words[4];
    }

    /** {@return what its ranks call themselves, such as a library's name and version} */
    String library() {
        return library;
    }

    /** {@return all processes of this side} */
    Set<Long> processes() {
        Set<Long> all = new HashSet<>(pids);
        for (ProcessHandle process : program.processes()) {
            all.add(process.pid());
            process.descendants().map(ProcessHandle::pid).forEach(all::add);
        }
        return all;
    }

    /**
     * Has all ranks carry out a task.
     *
     * @param task what
     * @param limit for the slowest answer
     * @return their answers combined
     * @throws CrewException if a rank is gone, silent, or refuses
     */
    Block measure(Task task, Duration limit) throws IOException, InterruptedException {
        for (RankLine line : lines) {
            line.send(task.line());
        }
        List<Reply> replies = new ArrayList<>();
        long deadline = System.nanoTime() + limit.toNanos();
        for (int rank = 0; rank < lines.length; rank++) {
            replies.add(reply(rank, Duration.ofNanos(deadline - System.nanoTime()), task));
        }
        return Block.of(replies, task.bytes() / Float.BYTES);
    }

    private Reply reply(int rank, Duration left, Task task) throws InterruptedException {
        try {
            Optional<String> line = lines[rank].receive(left);
            return Reply.parse(line.orElseThrow(() -> new CrewException("it is gone: " + program.lastWords())));
        } catch (IllegalArgumentException | CrewException e) {
            throw new CrewException("%s, rank %d, at \"%s\": %s".formatted(name, rank, task.line(), e.getMessage()));
        }
    }

    /** Ends the program: its ranks end when their connections do. */
    @Override
    public void close() throws IOException {
        try {
            for (RankLine line : lines) {
                if (line != null) {
                    line.close();
                }
            }
        } finally {
            program.close();
            Directories.delete(folder);
        }
    }
}
