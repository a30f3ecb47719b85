// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.transport.shm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.bitreduce.RankFailedException;
import org.bitreduce.transport.RankThreads;
import org.bitreduce.transport.Request;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Ranks in processes of their own. */
class SharedMemoryProcessesTest {

    private static final Duration DEADLINE = Duration.ofSeconds(30);

    private final List<Process> processes = new ArrayList<>();
    private final Path directory = SharedMemoryGroup.createDirectory();

    @TempDir
    Path logs;

    @AfterEach
    void tidyUp() {
        processes.forEach(Process::destroyForcibly);
        JobDirectory.remove(directory);
    }

    private Process start(String task, int rank, int size) throws Exception {
        Process process = RankProcess.start(task, directory, rank, size, log(rank));
        processes.add(process);
        return process;
    }

    private Path log(int rank) {
        return logs.resolve("rank-" + rank + ".log");
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 5})
    void processesKeepTheContract(int size) throws Exception {
        for (int rank = 0; rank < size; rank++) {
            start("contract", rank, size);
        }
        for (int rank = 0; rank < size; rank++) {
            assertTrue(processes.get(rank).waitFor(50, TimeUnit.SECONDS), "rank " + rank + " hangs");
            assertEquals(0, processes.get(rank).exitValue(), Files.readString(log(rank)));
        }
        assertFalse(Files.exists(directory), "the last one out removes the directory");
    }

    /** As mpjrun's multicore mode has them: threads of one process that share no class, and so nothing static. */
    @Test
    void ranksWithClassLoadersOfTheirOwnKeepTheContract() throws Exception {
        List<URL> urls = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            urls.add(Path.of(entry).toUri().toURL());
        }
        RankThreads.run(3, rank -> {
            try (URLClassLoader loader =
                    new URLClassLoader(urls.toArray(URL[]::new), ClassLoader.getPlatformClassLoader())) {
                Class<?> main = loader.loadClass(RankProcess.class.getName());
                assertNotEquals(RankProcess.class, main);
                String[] args = {"contract", directory.toString(), Integer.toString(rank), "3"};
                main.getMethod("main", String[].class).invoke(null, (Object) args);
            }
        });
        assertFalse(Files.exists(directory), "the last one out removes the directory");
    }

    @Test
    void aKilledProcessIsSeenLongBeforeTheDeadline() throws Exception {
        start("wait", 1, 4);
        start("wait", 2, 4);
        Process victim = start("sleep", 3, 4);
        try (var transport = SharedMemoryGroup.mapped(directory, 0, 4, DEADLINE)) {
            Request receive = transport.newRequest();
            transport.receive(receive, 3, 0, null);
            victim.destroyForcibly();
            long start = System.nanoTime();
            var e = assertThrows(RankFailedException.class, () -> Ends.await(transport, receive));
            long nanos = System.nanoTime() - start;
            assertTrue(nanos < DEADLINE.toNanos() / 2, "seen after ns=" + nanos);
            assertTrue(e.getMessage().contains("rank 3 (host "), e.getMessage());
            assertTrue(e.getMessage().contains("pid " + victim.pid() + ") died"), e.getMessage());
        }
        for (int rank = 1; rank < 3; rank++) {
            Process survivor = processes.get(rank - 1);
            assertTrue(survivor.waitFor(20, TimeUnit.SECONDS), "rank " + rank + " hangs");
            assertNotEquals(0, survivor.exitValue());
            assertTrue(
                    Files.readString(log(rank)).contains("pid " + victim.pid() + ") died"),
                    Files.readString(log(rank)));
        }
        assertFalse(Files.exists(directory), "the last survivor removes the directory");
    }

    @Test
    void aDirectoryIsKeptWhileARankLivesAndThenReclaimed(@TempDir Path folder) throws Exception {
        Process owner = new ProcessBuilder("sleep", "60").start();
        processes.add(owner);
        Process member = new ProcessBuilder("sleep", "60").start();
        processes.add(member);
        Path mine = JobDirectory.createIn(folder);
        Path theirs = folder.resolve(nameWithOwner(mine, owner));
        Files.createDirectory(theirs);
        Files.createFile(theirs.resolve("rank-0.0"));
        Files.createFile(JobDirectory.createIn(theirs).resolve("rank-0.0")); // of a group in the job
        Path unrelated = Files.createDirectory(folder.resolve("bitreduce-notes"));

        JobDirectory.removeLeftovers(folder);
        assertTrue(Files.exists(theirs), "its owner lives");

        Path mark = theirs.resolve(JobDirectory.memberName(0, identity(member)));
        Files.createFile(mark);
        owner.destroyForcibly().waitFor();
        JobDirectory.removeLeftovers(folder);
        assertTrue(Files.exists(theirs), "a rank lives");

        member.destroyForcibly().waitFor();
        JobDirectory.removeLeftovers(folder);
        assertFalse(Files.exists(theirs), "all are dead");
        assertTrue(Files.exists(mine), "this process lives");
        assertTrue(Files.exists(unrelated), "not one of ours");
    }

    @Test
    void whoeverEndsLastRemovesTheDirectoryOfSiblings(@TempDir Path folder) throws Exception {
        Process other = new ProcessBuilder("sleep", "60").start();
        processes.add(other);
        ProcessIdentity self = ProcessIdentity.current();
        Path directory = JobDirectory.createIn(folder);
        Path theirs = Files.createFile(directory.resolve(JobDirectory.memberName(1, identity(other))));
        Path mine = Files.createFile(directory.resolve(JobDirectory.memberName(0, self)));
        Files.createFile(directory.resolve("rank-0.0"));
        Path control = Files.createFile(directory.resolve(MappedStore.CONTROL));

        JobDirectory.leave(directory, 0, self);
        assertFalse(Files.exists(mine));
        assertTrue(Files.exists(theirs), "another rank lives");

        other.destroyForcibly().waitFor();
        JobDirectory.leave(directory, 0, self);
        assertTrue(Files.exists(control), "not all ranks have joined");

        Files.delete(control);
        JobDirectory.leave(directory, 0, self);
        assertFalse(Files.exists(directory), "all are dead");
        JobDirectory.leave(directory, 0, self); // gone already
    }

    private static ProcessIdentity identity(Process process) throws Exception {
        String stat = Files.readString(Path.of("/proc/" + process.pid() + "/stat"));
        long start = Long.parseLong(stat.substring(stat.lastIndexOf(')') + 2).split(" ")[19]);
        return new ProcessIdentity(
                process.pid(), start, ProcessIdentity.current().namespace());
    }

    private static String nameWithOwner(Path ours, Process owner) throws Exception {
        String[] parts = ours.getFileName().toString().split("-");
        ProcessIdentity identity = identity(owner);
        return "bitreduce-%s-%d-%d-%d-1".formatted(parts[1], identity.namespace(), identity.pid(), identity.start());
    }
}
