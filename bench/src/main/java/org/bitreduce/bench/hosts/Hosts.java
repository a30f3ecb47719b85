// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.hosts;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.bitreduce.bench.peers.Tool;
import org.bitreduce.bench.peers.Unavailable;

/**
 * Hosts that are there, and go when this is closed or this JVM ends. What a killed run has left is removed by the next one.
 * There is one set of hosts on a machine at a time; a lock on a file, which goes with the process, sees to it.
 */
public final class Hosts implements AutoCloseable {

    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final Path NAMESPACES = Path.of("/run/netns");

    private final FileLock lock;
    private final Thread hook = new Thread(Hosts::removeQuietly, "bitreduce-hosts");

    private Hosts(FileLock lock) {
        this.lock = lock;
    }

    /**
     * Makes hosts that live as long as this JVM at most.
     *
     * @param plan how many, and their links
     * @return the hosts, to be closed
     * @throws Unavailable if that needs something that is not here, or another run has hosts
     */
    public static Hosts open(HostPlan plan) throws Unavailable, IOException, InterruptedException {
        requirements();
        Hosts hosts = new Hosts(lock());
        try {
            Runtime.getRuntime().addShutdownHook(hosts.hook);
            up(plan);
            return hosts;
        } catch (Unavailable | IOException | InterruptedException | RuntimeException e) {
            hosts.close();
            throw e;
        }
    }

    /**
     * Makes hosts that stay until {@link #down}.
     *
     * @param plan how many, and their links
     * @throws Unavailable if that needs something that is not here, or another run has hosts
     */
    static void up(HostPlan plan) throws Unavailable, IOException, InterruptedException {
        requirements();
        down();
        for (List<String> command : plan.up()) {
            Tool.Result result = Tool.run(LIMIT, command);
            if (!result.ok()) {
                down();
                throw new Unavailable("the kernel refuses: command=%s, answer=%s"
                        .formatted(String.join(" ", command), result.lastLine()));
            }
        }
    }

    /**
     * Removes all hosts of ours, whoever made them, and ends what runs on them: without its network it might wait for
     * ever. What is not there is no error.
     */
    static void down() throws IOException, InterruptedException {
        List<String> names = namespaces();
        for (String name : names) {
            if (HostPlan.isOwn(name)) {
                endProcesses(name);
            }
        }
        for (List<String> command : HostPlan.down(names)) {
            Tool.run(LIMIT, command);
        }
    }

    private static void endProcesses(String namespace) throws IOException, InterruptedException {
        Tool.Result pids = Tool.run(LIMIT, List.of("ip", "netns", "pids", namespace));
        if (pids.ok()) {
            pids.text()
                    .lines()
                    .map(String::strip)
                    .filter(line -> line.matches("[0-9]+"))
                    .flatMap(pid -> ProcessHandle.of(Long.parseLong(pid)).stream())
                    .forEach(ProcessHandle::destroyForcibly);
        }
    }

    private static void removeQuietly() {
        try {
            down();
        } catch (IOException | InterruptedException e) {
            // this JVM is ending; the next run removes them
        }
    }

    private static List<String> namespaces() throws IOException {
        if (!Files.isDirectory(NAMESPACES)) {
            return List.of();
        }
        try (Stream<Path> names = Files.list(NAMESPACES)) {
            return names.map(name -> name.getFileName().toString()).sorted().toList();
        }
    }

    /**
     * Checks what hosts need, as far as it can be seen before.
     *
     * @throws Unavailable names all that is missing
     */
    static void requirements() throws Unavailable {
        boolean root = "root".equals(System.getProperty("user.name"));
        boolean tools = Tool.find("ip").isPresent() && Tool.find("tc").isPresent();
        if (!root || !tools) {
            throw new Unavailable("hosts on one machine need Linux, root%s and the commands ip and tc%s"
                    .formatted(
                            root ? "" : " (this is " + System.getProperty("user.name") + ")", tools ? "" : missing()));
        }
    }

    private static String missing() {
        return " (of iproute2; Debian: apt install iproute2)";
    }

    private static FileLock lock() throws Unavailable, IOException {
        Path file = Path.of(System.getProperty("java.io.tmpdir"), "bitreduce-hosts.lock");
        FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = channel.tryLock();
        if (lock == null) {
            channel.close();
            throw new Unavailable("another run has hosts on this machine; wait for it to end");
        }
        return lock;
    }

    /** Removes the hosts, even on a thread that has been interrupted. */
    @Override
    public void close() throws IOException {
        boolean interrupted = Thread.interrupted();
        try {
            down();
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // the JVM is ending, and the hook does the same
        } catch (InterruptedException e) {
            interrupted = true; // the hook removes what is left
        } finally {
            lock.channel().close();
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
