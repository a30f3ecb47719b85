// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.launch;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntConsumer;
import java.util.function.IntUnaryOperator;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The processes that the launcher itself has started for a job: their raw output, which is what JVMs say and not ranks,
 * and their ends. Thread-safe.
 */
public final class Members {

    private final JobState state;
    private final RankConsole console;
    private final List<Process> processes = new ArrayList<>();
    private final List<Process> helpers = new ArrayList<>();
    private final List<Thread> pumps = new ArrayList<>();

    Members(JobState state, RankConsole console) {
        this.state = state;
        this.console = console;
    }

    /**
     * Takes charge of a process that is the JVM of some ranks.
     *
     * @param process just started
     * @param ranks that run in it
     */
    public void add(Process process, List<Integer> ranks) {
        add(process, ranks, line -> true, status -> status);
    }

    /**
     * Takes charge of a process.
     *
     * @param process just started
     * @param ranks that end when it ends
     * @param wanted which lines of its output are shown
     * @param status maps its exit status to that of the ranks' JVM
     */
    public synchronized void add(
            Process process, List<Integer> ranks, Predicate<String> wanted, IntUnaryOperator status) {
        processes.add(process);
        String label = ranks.size() == 1 ? ranks.getFirst().toString() : "?";
        long pid = ranks.size() == 1 ? process.pid() : -1;
        watch(process, label, wanted, ended -> state.processEnded(ranks, pid, status.applyAsInt(ended)));
    }

    /**
     * Takes charge of a process that starts ranks and need not outlive them.
     *
     * @param process just started
     * @param wanted which lines of its output are shown
     * @param lost asked when it has ended: the ranks that now will never come up
     */
    public synchronized void addHelper(Process process, Predicate<String> wanted, Supplier<List<Integer>> lost) {
        helpers.add(process);
        watch(process, "?", wanted, ended -> state.processEnded(lost.get(), -1, JobStatus.UNKNOWN));
    }

    /**
     * Tells the user something about this way of starting ranks, on standard error.
     *
     * @param text one line
     */
    public void note(String text) {
        console.message(text);
    }

    private void watch(Process process, String label, Predicate<String> wanted, IntConsumer onEnd) {
        List<Thread> own = List.of(
                pump(process.getInputStream(), label, false, wanted),
                pump(process.getErrorStream(), label, true, wanted));
        pumps.addAll(own);
        Daemons.start("bitreduce-wait-" + process.pid(), () -> {
            try {
                int ended = process.waitFor();
                for (Thread thread : own) {
                    thread.join(200); // its last words first
                }
                onEnd.accept(ended);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    private Thread pump(InputStream stream, String label, boolean error, Predicate<String> wanted) {
        return Daemons.start("bitreduce-output-" + label, () -> {
            try (BufferedReader reader = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
                for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                    if (!line.startsWith("WARNING: Using incubator modules") && wanted.test(line)) {
                        console.line(label, error, line);
                    }
                }
            } catch (IOException e) {
                // the process is gone
            }
        });
    }

    /** {@return whether no JVM of a rank is running any more} */
    synchronized boolean allEnded() {
        return processes.stream().noneMatch(Process::isAlive);
    }

    /** {@return these processes and all that descend from them} */
    synchronized Set<ProcessHandle> handles() {
        Set<ProcessHandle> handles = new LinkedHashSet<>();
        for (Process process :
                Stream.concat(processes.stream(), helpers.stream()).toList()) {
            process.descendants().forEach(handles::add);
            handles.add(process.toHandle());
        }
        return handles;
    }

    /** Waits, for a second at most, until all output has been passed on. */
    void drain() {
        List<Thread> threads;
        synchronized (this) {
            threads = List.copyOf(pumps);
        }
        long deadline = System.nanoTime() + 1_000_000_000L;
        try {
            for (Thread thread : threads) {
                thread.join(Math.max(1, (deadline - System.nanoTime()) / 1_000_000));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
