// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.train;

import static org.junit.jupiter.api.Assumptions.abort;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.bitreduce.bench.peers.DebianPackages;
import org.bitreduce.bench.peers.Tool;
import org.bitreduce.bench.peers.Unavailable;
import org.bitreduce.launch.mpj.MpjHome;

/**
 * Programs of others that a test wants as they are: those of the PATH, else those of Debian's packages, unpacked beside what
 * {@code bench versus} fetches. They are fetched only if {@code BITREDUCE_FETCH} is set, as CI does.
 */
final class RealPrograms {

    private RealPrograms() {}

    /**
     * {@return what must stand in the environment of whoever calls the programs; the test is skipped if they are not to be had}
     *
     * @param label names the folder
     * @param program one of them
     * @param packages Debian's names of all of them
     */
    static Map<String, String> environment(String label, String program, List<String> packages) throws Exception {
        if (Tool.find(program).isPresent()) {
            return Map.of();
        }
        Path cache = Path.of(System.getProperty(MpjHome.PROPERTY)).resolveSibling("peers"); // where ./bitreduce has it
        if (!Files.isDirectory(cache.resolve(label)) && !System.getenv().containsKey("BITREDUCE_FETCH")) {
            return abort("skipped: no %s on the PATH; with BITREDUCE_FETCH=1 Debian's packages of it are fetched, %s"
                    .formatted(program, packages));
        }
        try {
            return environment(new DebianPackages(cache, System.out::println).unpack(label, packages, List.of()));
        } catch (Unavailable e) {
            return abort("skipped: no " + program + ": " + e.getMessage());
        }
    }

    private static Map<String, String> environment(Path root) throws IOException {
        String path = String.join(
                File.pathSeparator,
                root + "/usr/bin",
                root + "/usr/sbin",
                System.getenv().get("PATH"));
        return Map.of("PATH", path, "LD_LIBRARY_PATH", DebianPackages.libraryPath(root));
    }
}
