// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.launch.hosts;

import java.io.DataInputStream;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.bitreduce.launch.Daemons;
import org.bitreduce.transport.shm.Host;

/** The processes that an agent has started: what they print, and their ends. Thread-safe. */
final class AgentProcesses {

    /** As of a shell whose command is not there. */
    private static final int NOT_STARTED = 127;

    private static final long LAST_WORDS_MILLIS = 500;

    private final OutputStream out;
    private final Map<Integer, Process> processes = new ConcurrentHashMap<>();

    AgentProcesses(OutputStream out) {
        this.out = out;
    }

    /** Starts what a frame says; that it cannot be started is told as an exit status, after the reason on its standard error. */
    void start(int id, DataInputStream content) throws IOException {
        File folder = new File(content.readUTF());
        List<String> command = new ArrayList<>();
        for (int i = content.readInt(); i > 0; i--) {
            command.add(new String(content.readNBytes(content.readInt()), StandardCharsets.UTF_8));
        }
        ProcessBuilder builder = new ProcessBuilder(command).redirectInput(new File("/dev/null"));
        for (int i = content.readInt(); i > 0; i--) {
            builder.environment().put(content.readUTF(), content.readUTF());
        }
        try {
            Process process = builder.directory(folder).start();
            processes.put(id, process);
            watch(id, process);
        } catch (IOException e) {
            String cause = folder.isDirectory()
                    ? e.getMessage()
                    : "the folder that ranks are started in is not on host %s: folder=%s; start them in one that all hosts have"
                            .formatted(Host.NAME, folder);
            byte[] reason = (cause + "\n").getBytes(StandardCharsets.UTF_8);
            AgentFrame.write(out, AgentFrame.ERR, id, reason);
            exited(id, NOT_STARTED);
        }
    }

    private void watch(int id, Process process) {
        List<Thread> pumps = List.of(
                Daemons.start("bitreduce-agent-out-" + id, () -> pump(process.getInputStream(), AgentFrame.OUT, id)),
                Daemons.start("bitreduce-agent-err-" + id, () -> pump(process.getErrorStream(), AgentFrame.ERR, id)));
        Daemons.start("bitreduce-agent-wait-" + id, () -> {
            try {
                int status = process.waitFor();
                for (Thread pump : pumps) {
                    pump.join(LAST_WORDS_MILLIS);
                }
                exited(id, status);
            } catch (InterruptedException | IOException e) {
                // the agent ends
            }
        });
    }

    private void pump(java.io.InputStream in, byte type, int id) {
        try {
            HostAgent.copy(in, type, id, out);
        } catch (IOException e) {
            // the launcher is gone
        }
    }

    private void exited(int id, int status) throws IOException {
        AgentFrame.write(out, AgentFrame.EXITED, id, AgentFrame.payload(data -> data.writeInt(status)));
    }

    /** Ends a process and all that descend from it. */
    void end(int id, boolean forcibly) {
        Process process = processes.get(id);
        if (process == null) {
            return;
        }
        List<ProcessHandle> all = Stream.concat(process.descendants(), Stream.of(process.toHandle()))
                .toList();
        for (ProcessHandle handle : all) {
            if (forcibly) {
                handle.destroyForcibly();
            } else {
                handle.destroy();
            }
        }
    }

    /** Kills all that still run, and waits until they have ended, for a second at most. */
    void killAll() {
        processes.keySet().forEach(id -> end(id, true));
        try {
            for (Process process : processes.values()) {
                process.waitFor(1, java.util.concurrent.TimeUnit.SECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
