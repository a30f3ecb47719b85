// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JobDirectoryTest {

    @TempDir
    private Path base;

    @Test
    void isPrivateAndGoesWhenClosed() throws IOException {
        Path path;
        try (JobDirectory directory = JobDirectory.create(base)) {
            path = directory.path();
            assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(path)));
            assertEquals(32, directory.token().length());
            Files.writeString(directory.ranks().resolve("rank-0.0"), "data");
        }
        assertFalse(Files.exists(path));
    }

    @Test
    void removesWhatADeadLauncherLeftAndNothingElse() throws IOException {
        try (JobDirectory living = JobDirectory.create(base)) {
            String name = living.path().getFileName().toString();
            String[] parts = name.split("-"); // bitreduce job namespace pid start random
            Path dead = copyWith(parts, 3, "4194305"); // above the largest pid of Linux
            Path reused = copyWith(parts, 4, "1");
            Path foreign = copyWith(parts, 2, "17");
            Path other = Files.createDirectory(base.resolve("somebody-else"));
            JobDirectory.create(base).close();
            assertFalse(Files.exists(dead));
            assertFalse(Files.exists(reused));
            assertTrue(Files.exists(foreign));
            assertTrue(Files.exists(other));
            assertTrue(Files.exists(living.path()));
        }
    }

    private Path copyWith(String[] parts, int index, String value) throws IOException {
        String[] changed = parts.clone();
        changed[index] = value;
        Path path = Files.createDirectory(base.resolve(String.join("-", changed)));
        Files.writeString(path.resolve("file"), "left");
        return path;
    }
}
