// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.launch.hosts;

import java.io.BufferedReader;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.bitreduce.launch.Daemons;
import org.bitreduce.launch.ExitCode;
import org.bitreduce.launch.JobStatus;
import org.bitreduce.launch.Launch;
import org.bitreduce.launch.LaunchException;
import org.bitreduce.launch.rank.Wire;

/**
 * Another host: the launcher's end of the remote shell, at whose other end is a {@link HostAgent}. When the shell ends, its
 * processes and lines have ended too.
 */
final class RemoteHost implements RankHost, AutoCloseable {

    private static final long READY_SECONDS = 60;
    private static final long CLOSE_SECONDS = 5;

    private final String name;
    private final Process shell;
    private final OutputStream toAgent;
    private final RankHosts.Listener listener;
    private final Path ownFolder;
    private final CompletableFuture<Path> ready = new CompletableFuture<>();
    private final Map<Integer, RemoteProcess> processes = new ConcurrentHashMap<>();
    private final Map<Integer, FrameStream> lines = new ConcurrentHashMap<>();
    private final AtomicInteger ids = new AtomicInteger();
    private final Thread errors;
    private volatile String lastError = "";
    private volatile boolean closing;
    private volatile long heard = System.nanoTime();

    private RemoteHost(String name, Process shell, Path ownFolder, RankHosts.Listener listener) {
        this.name = name;
        this.shell = shell;
        this.ownFolder = ownFolder;
        this.listener = listener;
        toAgent = shell.getOutputStream();
        errors = Daemons.start("bitreduce-host-errors-" + name, this::readErrors);
        Daemons.start("bitreduce-host-" + name, this::listen);
        Daemons.start("bitreduce-host-beat-" + name, this::beat);
    }

    /**
     * Starts the remote shell, and returns at once.
     *
     * @param name of the host
     * @param remoteShell the words before the agent's command
     * @param supervisor the job's folder here
     * @param listener told what happens there
     */
    static RemoteHost open(String name, List<String> remoteShell, Path supervisor, RankHosts.Listener listener)
            throws IOException {
        List<String> command = new ArrayList<>(ownSession());
        command.addAll(remoteShell);
        command.add(HostAgent.SHELL);
        Process shell = new ProcessBuilder(command).start();
        String agent = HostAgent.command(Launch.java(), System.getProperty("java.class.path"));
        try {
            shell.getOutputStream().write(agent.getBytes(StandardCharsets.UTF_8));
            shell.getOutputStream().flush();
        } catch (IOException e) {
            // it has ended already, and the listening thread tells why
        }
        return new RemoteHost(name, shell, supervisor, listener);
    }

    /** Ctrl-C on the terminal is for the launcher alone, which gives the ranks time to save their work. */
    private static List<String> ownSession() {
        Path setsid = Path.of("/usr/bin/setsid");
        return Files.isExecutable(setsid) ? List.of(setsid.toString()) : List.of();
    }

    /** Waits until the agent is there, and gives it the token by which ranks show who they are. */
    void awaitReady() throws IOException {
        try {
            ready.get(READY_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new LaunchException(
                    ExitCode.UNAVAILABLE,
                    "host %s did not answer within %d s; %s".formatted(name, READY_SECONDS, cure()),
                    e);
        } catch (ExecutionException e) {
            throw new LaunchException(
                    ExitCode.UNAVAILABLE,
                    "ranks cannot be started on host %s: %s; %s"
                            .formatted(name, e.getCause().getMessage(), cure()),
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for host " + name, e);
        }
        share(ownFolder.resolve(Wire.TOKEN));
    }

    private static String cure() {
        return "the remote shell must run commands there without a password (try ssh -o BatchMode=yes HOST true, or see"
                + " --remote-shell), and this folder and JDK must be there at the same paths";
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Path supervisor() {
        return ready.join();
    }

    @Override
    public Path directory() {
        return supervisor().resolve("ranks");
    }

    @Override
    public Path share(Path file) throws IOException {
        String relative = ownFolder.relativize(file).toString();
        byte[] content = Files.readAllBytes(file);
        send(AgentFrame.FILE, 0, AgentFrame.payload(out -> {
            out.writeUTF(relative);
            out.write(content);
        }));
        return supervisor().resolve(relative);
    }

    @Override
    public Process start(List<String> command, Map<String, String> environment) throws IOException {
        int id = ids.incrementAndGet();
        RemoteProcess process = new RemoteProcess(this, id);
        processes.put(id, process);
        send(AgentFrame.START, id, AgentFrame.payload(out -> {
            out.writeUTF(System.getProperty("user.dir"));
            out.writeInt(command.size());
            for (String word : command) {
                byte[] bytes = word.getBytes(StandardCharsets.UTF_8); // a class path may be longer than writeUTF takes
                out.writeInt(bytes.length);
                out.write(bytes);
            }
            out.writeInt(environment.size());
            for (Map.Entry<String, String> variable : environment.entrySet()) {
                out.writeUTF(variable.getKey());
                out.writeUTF(variable.getValue());
            }
        }));
        return process;
    }

    /** Asks a process to end, or kills it. */
    void end(int id, boolean forcibly) {
        try {
            send(AgentFrame.END, id, new byte[] {(byte) (forcibly ? 1 : 0)});
        } catch (IOException e) {
            // the host is lost, which the listening thread tells
        }
    }

    private void send(byte type, int id, byte[] payload) throws IOException {
        AgentFrame.write(toAgent, type, id, payload);
    }

    private void listen() {
        String cause = "";
        try (DataInputStream in = new DataInputStream(shell.getInputStream())) {
            HostAgent.skipToGreeting(in);
            while (true) {
                AgentFrame frame = AgentFrame.read(in);
                heard = System.nanoTime();
                handle(frame);
            }
        } catch (java.io.EOFException e) {
            cause = "";
        } catch (IOException e) {
            cause = e.getMessage();
        }
        lost(cause);
    }

    private void handle(AgentFrame frame) throws IOException {
        switch (frame.type()) {
            case AgentFrame.READY -> ready.complete(Path.of(frame.content().readUTF()));
            case AgentFrame.LINE_OPENED -> {
                FrameStream line = new FrameStream();
                lines.put(frame.id(), line);
                listener.line(line);
            }
            case AgentFrame.LINE_BYTES -> line(frame).add(frame.payload());
            case AgentFrame.LINE_CLOSED -> {
                line(frame).finish();
                lines.remove(frame.id());
            }
            case AgentFrame.OUT -> process(frame).print(false, frame.payload());
            case AgentFrame.ERR -> process(frame).print(true, frame.payload());
            case AgentFrame.EXITED -> process(frame).ended(frame.content().readInt());
            case AgentFrame.BEAT -> {}
            default -> throw new IOException("unknown frame from the agent: type=" + frame.type());
        }
    }

    private FrameStream line(AgentFrame frame) throws IOException {
        return known(lines.get(frame.id()), frame);
    }

    private RemoteProcess process(AgentFrame frame) throws IOException {
        return known(processes.get(frame.id()), frame);
    }

    private static <T> T known(T value, AgentFrame frame) throws IOException {
        if (value == null) {
            throw new IOException(
                    "the agent speaks of what is not there: type=%d, id=%d".formatted(frame.type(), frame.id()));
        }
        return value;
    }

    /** The remote shell is over. */
    private void lost(String cause) {
        String how = cause.isEmpty() ? ending() : cause;
        if (!ready.completeExceptionally(new IOException(how)) && !closing) {
            listener.note("host " + name + " is lost: " + how);
        }
        lines.values().forEach(FrameStream::finish);
        processes.values().forEach(process -> process.ended(JobStatus.UNKNOWN));
    }

    private String ending() {
        try {
            if (!shell.waitFor(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                return "the agent has closed its output";
            }
            errors.join(1000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return "the remote shell " + ExitCode.describe(shell.exitValue())
                + (lastError.isEmpty() ? "" : ": " + lastError);
    }

    private void readErrors() {
        try (BufferedReader reader = shell.errorReader(StandardCharsets.UTF_8)) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                if (line.isBlank()) {
                    continue;
                }
                lastError = line.strip();
                if (ready.isDone() && !closing) {
                    listener.note("host " + name + ": " + line);
                }
            }
        } catch (IOException e) {
            // the shell is gone
        }
    }

    private void beat() {
        try {
            while (shell.isAlive()) {
                Thread.sleep(AgentFrame.BEAT_MILLIS);
                if (!ready.isDone()) {
                    continue; // the shell before the agent might read it
                }
                send(AgentFrame.BEAT, 0, new byte[0]);
                long silent = (System.nanoTime() - heard) / 1_000_000;
                if (silent > AgentFrame.SILENCE_MILLIS) {
                    lastError = "it has been silent for %d s".formatted(silent / 1000);
                    shell.destroyForcibly();
                }
            }
        } catch (IOException | InterruptedException e) {
            // the listening thread finds out
        }
    }

    /** Tells the agent that the launcher is done with it; it ends what still runs, removes its folder, and ends. */
    void hangUp() {
        closing = true;
        try {
            toAgent.close();
        } catch (IOException e) {
            // as good as closed
        }
    }

    @Override
    public void close() {
        hangUp();
        boolean interrupted = Thread.interrupted();
        try {
            if (ready.isDone() && !ready.isCompletedExceptionally()) {
                shell.waitFor(CLOSE_SECONDS, TimeUnit.SECONDS);
            }
        } catch (InterruptedException e) {
            interrupted = true;
        }
        shell.descendants().forEach(ProcessHandle::destroyForcibly);
        shell.destroyForcibly();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
