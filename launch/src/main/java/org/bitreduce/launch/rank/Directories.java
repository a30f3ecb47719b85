// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.launch.rank;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Removes folders with what is in them. */
public final class Directories {

    private Directories() {}

    /**
     * Removes a folder and all below it, without following links. What cannot be removed, or is gone already because
     * somebody else removes it too, is passed over.
     *
     * @param directory may be missing
     */
    public static void delete(Path directory) {
        List<Path> paths;
        try (Stream<Path> walk = Files.walk(directory)) {
            paths = walk.sorted(Comparator.reverseOrder()).toList();
        } catch (IOException | java.io.UncheckedIOException e) {
            return;
        }
        for (Path path : paths) {
            try {
                Files.deleteIfExists(path);
            } catch (IOException e) {
                // another process may have put a file into it; the next start removes the rest
            }
        }
    }
}
