// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.peers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DebianPackagesTest {

    @Test
    void takesWhatIsNewAndNotWhatWouldBeUpgraded() {
        String simulation = """
                NOTE: This is only a simulation!
                Inst libc6 [2.36-9] (2.36-10 Debian:12 [amd64])
                Inst libpmix2 (4.2.2-1 Debian:12 [amd64])
                Inst openmpi-bin (4.1.4-3 Debian:12 [amd64])
                Conf libpmix2 (4.2.2-1 Debian:12 [amd64])
                """;
        assertEquals(List.of("libpmix2", "openmpi-bin"), DebianPackages.newPackages(simulation));
    }

    @Test
    void whatWasUnpackedIsNotFetchedAgain(@TempDir Path cache) throws Exception {
        Path done = Files.createDirectory(cache.resolve("tool"));
        List<String> said = new ArrayList<>();
        assertEquals(done, new DebianPackages(cache, said::add).unpack("tool", List.of("no-such-package"), List.of()));
        assertEquals(List.of(), said);
    }

    @Test
    void findsFoldersOfSharedLibraries(@TempDir Path root) throws Exception {
        for (String file : List.of("usr/lib/libmpi.so.40.30.4", "lib/libnl-3.so", "usr/include/a.so.h", "opt/b.txt")) {
            Path path = root.resolve(file);
            Files.createDirectories(path.getParent());
            Files.createFile(path);
        }
        assertEquals(root.resolve("lib") + ":" + root.resolve("usr/lib"), DebianPackages.libraryPath(root));
    }

    @Test
    void aToolThatHangsIsEnded() throws Exception {
        Tool.Result result = Tool.run(java.time.Duration.ofMillis(50), List.of("sleep", "60"));
        assertEquals(-1, result.code());
        assertEquals("no end after 0 s", result.lastLine());
        assertEquals(
                3,
                Tool.run(java.time.Duration.ofSeconds(20), List.of("sh", "-c", "exit 3"))
                        .code());
        assertThrows(
                java.io.IOException.class, () -> Tool.run(java.time.Duration.ofSeconds(1), List.of("no-such-tool")));
    }
}
