// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.transport.shm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.bitreduce.TransportException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that take the temporary folder where the directory has no room, and that go away. */
class MappedStoreTest {

    private static final int BYTES = 2 << 20;

    @Test
    void aFullDirectoryIsReplacedByTheTemporaryFolder() throws Exception {
        Path directory = SharedMemoryGroup.createDirectory();
        assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(directory)));
        ProcessIdentity self = ProcessIdentity.current();
        MappedStore full = new MappedStore(directory, 0, self, BYTES - 1);
        MappedStore peer = new MappedStore(directory, 1, self);
        MemorySegment written = full.create(0, BYTES);
        Path link = directory.resolve("rank-0.0");
        assertTrue(Files.isSymbolicLink(link));
        Path target = Files.readSymbolicLink(link);
        assertTrue(target.startsWith(JobDirectory.temporaryFolder()));
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(target)));

        MemorySegment read = peer.open(0, 0);
        written.set(ValueLayout.JAVA_LONG, BYTES - 8, 42);
        assertEquals(42, read.get(ValueLayout.JAVA_LONG, BYTES - 8));

        assertThrows(TransportException.class, () -> full.create(1, 1L << 50));
        full.close(false);
        assertFalse(written.scope().isAlive());
        assertTrue(Files.exists(target), "a peer might not have mapped it yet");
        peer.close(true);
        assertFalse(Files.exists(target.getParent()));
        assertFalse(Files.exists(directory));
    }

    @Test
    void aFailedFallbackLeavesNothingBehind() {
        Path directory = SharedMemoryGroup.createDirectory();
        Path owned = JobDirectory.temporaryFolder();
        long before = ours(owned);
        MappedStore store = new MappedStore(directory, 0, ProcessIdentity.current());
        var e = assertThrows(TransportException.class, () -> store.create(0, 1L << 50));
        assertTrue(e.getMessage().contains("wanted=" + (1L << 50)), e.getMessage());
        store.close(true);
        assertFalse(Files.exists(directory));
        assertEquals(before, ours(owned));
    }

    @Test
    void onlyLackOfRoomMovesASegmentElsewhere(@TempDir Path directory) throws Exception {
        MappedStore store = new MappedStore(directory, 0, ProcessIdentity.current());
        long before = ours(JobDirectory.temporaryFolder());
        Path inTheWay = Files.createDirectories(directory.resolve("rank-0.0/full"));
        var e = assertThrows(TransportException.class, () -> store.create(0, BYTES));
        assertInstanceOf(FileAlreadyExistsException.class, e.getCause());
        assertTrue(e.getMessage().contains("wanted=" + BYTES), e.getMessage());
        assertFalse(e.getMessage().contains("make room"), e.getMessage());

        Thread.currentThread().interrupt();
        e = assertThrows(TransportException.class, () -> store.create(1, BYTES));
        assertTrue(Thread.interrupted(), "still interrupted");
        assertInstanceOf(ClosedByInterruptException.class, e.getCause());
        assertFalse(Files.exists(directory.resolve("rank-0.1")));
        assertEquals(before, ours(JobDirectory.temporaryFolder()));
        Files.delete(inTheWay);
        store.close(true);
    }

    @Test
    void filesThatADeadRankLeftAreReplaced(@TempDir Path directory) throws Exception {
        Files.writeString(directory.resolve("draft-1"), "old");
        Files.writeString(directory.resolve("rank-1.0"), "old");
        MappedStore store = new MappedStore(directory, 1, ProcessIdentity.current());
        assertEquals(2, new ControlRegion(store.control(2), 2).size());
        assertFalse(Files.exists(directory.resolve("draft-1")));
        assertEquals(BYTES, store.create(0, BYTES).byteSize());
        assertFalse(Files.isSymbolicLink(directory.resolve("rank-1.0")));
        store.close(true);
    }

    @Test
    void aGroupsDirectoryInAJobsGoesWithTheGroup(@TempDir Path job) throws Exception {
        Path directory = SharedMemoryGroup.createDirectory(job);
        assertEquals(job, directory.getParent());
        assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(directory)));
        new MappedStore(directory, 0, ProcessIdentity.current()).close(true);
        assertFalse(Files.exists(directory));
        assertTrue(Files.exists(job));

        var e = assertThrows(TransportException.class, () -> SharedMemoryGroup.createDirectory(directory));
        assertTrue(e.getMessage().contains("parent=" + directory), e.getMessage());
    }

    /** {@return how many directories of this process are there} */
    private static long ours(Path folder) {
        String mark = "-" + ProcessHandle.current().pid() + "-";
        String[] names = folder.toFile().list((in, name) -> name.startsWith("bitreduce-") && name.contains(mark));
        return names.length;
    }
}
