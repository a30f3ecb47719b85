// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ProcessEnderTest {

    @Test
    void killsWhatDoesNotEndWhenAsked() throws Exception {
        Process stubborn = start("trap '' TERM; echo ready; while :; do sleep 0.05; done");
        Process meek = start("echo ready; exec sleep 60");
        assertTrue(ProcessEnder.isRunning(stubborn.toHandle()));
        ProcessEnder.end(() -> Set.of(stubborn.toHandle(), meek.toHandle()), Duration.ofMillis(200));
        assertEquals(128 + 9, stubborn.waitFor());
        assertEquals(128 + 15, meek.waitFor());
        assertFalse(ProcessEnder.isRunning(meek.toHandle()));
    }

    private static Process start(String script) throws IOException {
        Process process = new ProcessBuilder("sh", "-c", script).start();
        assertEquals("ready", process.inputReader().readLine());
        return process;
    }

    @Test
    void aZombieDoesNotCount() throws Exception {
        assumeTrue(Files.isDirectory(Path.of("/proc/self")), "skipped: no /proc");
        // the child ends when the shell has become a process that never asks for its status
        Process parent = new ProcessBuilder("sh", "-c", "sleep 0.5 & echo $!; exec sleep 60").start();
        try {
            long pid = Long.parseLong(parent.inputReader().readLine());
            ProcessHandle child = ProcessHandle.of(pid).orElseThrow();
            while (ProcessEnder.isRunning(child)) {
                Thread.sleep(5); // not for ever: tests have a deadline
            }
            assertTrue(child.isAlive()); // as Java sees it
            ProcessEnder.end(() -> Set.of(child), Duration.ofMinutes(5)); // returns at once
        } finally {
            parent.destroyForcibly();
        }
    }
}
