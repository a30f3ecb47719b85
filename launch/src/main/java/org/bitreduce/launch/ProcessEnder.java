// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.launch;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Supplier;

/** Ends processes: asks them by SIGTERM, and kills those that are still there after a while. */
final class ProcessEnder {

    private static final long POLL_MILLIS = 10;

    private ProcessEnder() {}

    /**
     * Returns when none of the processes is alive, or two seconds after the last were killed.
     *
     * @param processes asked again and again, because processes start others
     * @param grace between SIGTERM and SIGKILL
     */
    static void end(Supplier<Set<ProcessHandle>> processes, Duration grace) {
        Set<ProcessHandle> known = new LinkedHashSet<>(processes.get());
        known.forEach(ProcessHandle::destroy);
        await(known, processes, grace);
        known.forEach(ProcessHandle::destroyForcibly);
        await(known, processes, Duration.ofSeconds(2));
    }

    /**
     * Whether a process still runs. One that has ended but whose parent has not asked how, a zombie, does not: orphans
     * of a container may stay so for seconds, or for ever.
     *
     * @param process any
     * @return false if it has ended
     */
    static boolean isRunning(ProcessHandle process) {
        // Asked again: it may have gone before its state was read.
        return process.isAlive() && !isZombie(process.pid()) && process.isAlive();
    }

    private static boolean isZombie(long pid) {
        try {
            String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"), StandardCharsets.ISO_8859_1);
            return stat.startsWith("Z", stat.lastIndexOf(')') + 2); // behind the name, which may hold anything
        } catch (IOException e) {
            return false; // gone, or no Linux
        }
    }

    private static void await(Set<ProcessHandle> known, Supplier<Set<ProcessHandle>> processes, Duration limit) {
        long deadline = System.nanoTime() + limit.toNanos();
        boolean interrupted = false;
        while (System.nanoTime() < deadline) {
            known.addAll(processes.get());
            if (known.stream().noneMatch(ProcessEnder::isRunning)) {
                break;
            }
            try {
                Thread.sleep(POLL_MILLIS);
            } catch (InterruptedException e) {
                interrupted = true; // ending the ranks comes first
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
