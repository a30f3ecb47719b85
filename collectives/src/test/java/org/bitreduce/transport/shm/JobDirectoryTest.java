// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.transport.shm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Looking for files, and removing them. */
class JobDirectoryTest {

    @Test
    void aListingThatBreaksOffIsAnOrdinaryError() throws Exception {
        assertEquals(List.of(Path.of("a")), JobDirectory.collect(List.of(Path.of("a"))));
        IOException cause = new IOException("stale file handle");
        Iterator<Path> broken = new Iterator<>() {
            @Override
            public boolean hasNext() {
                throw new DirectoryIteratorException(cause);
            }

            @Override
            public Path next() {
                throw new AssertionError();
            }
        };
        assertSame(cause, assertThrows(IOException.class, () -> JobDirectory.collect(() -> broken)));
    }

    @Test
    void theControlRegionOfAllRanksHasRoom(@TempDir Path folder) throws Exception {
        for (int size : new int[] {1, 2, 64}) {
            assertTrue(JobDirectory.leastRoom(size) >= ControlLayout.totalBytes(size) + (8 << 20), "size=" + size);
        }
        assertTrue(JobDirectory.leastRoom(64) > 24 << 20);
        Path roomy = JobDirectory.create(folder, 1);
        assertEquals(folder, roomy.getParent());
        Path elsewhere = JobDirectory.create(folder, Long.MAX_VALUE);
        try {
            assertEquals(JobDirectory.temporaryFolder(), elsewhere.getParent());
        } finally {
            JobDirectory.remove(elsewhere);
        }
        assertThrows(IllegalArgumentException.class, () -> SharedMemoryGroup.createDirectory(65));
        JobDirectory.remove(SharedMemoryGroup.createDirectory(2));
    }

    @Test
    void whatCannotBeListedIsLeftAlone(@TempDir Path folder) throws Exception {
        Path file = Files.createFile(folder.resolve("file"));
        JobDirectory.removeLeftovers(file);
        JobDirectory.removeFiles(file, "*");
        JobDirectory.removeLeftovers(folder.resolve("missing"));
        JobDirectory.remove(folder.resolve("missing"));
        assertTrue(Files.exists(file));
    }

    @Test
    void onlyMatchingFilesAreRemoved(@TempDir Path folder) throws Exception {
        Path kept = Files.createFile(folder.resolve("notes"));
        Path removed = Files.createFile(folder.resolve("rank-0.0"));
        JobDirectory.removeFiles(folder, "{rank-*,member-*}");
        assertFalse(Files.exists(removed));
        assertTrue(Files.exists(kept));
    }
}
