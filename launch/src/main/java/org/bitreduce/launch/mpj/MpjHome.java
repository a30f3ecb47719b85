// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.launch.mpj;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.bitreduce.launch.ExitCode;
import org.bitreduce.launch.LaunchException;

/**
 * An installation of MPJ Express.
 *
 * @param path its folder, with {@code lib/starter.jar}
 */
public record MpjHome(Path path) {

    /** System property that names the folder. */
    public static final String PROPERTY = "bitreduce.mpj.home";

    /**
     * Finds MPJ Express.
     *
     * @param folder of it, or empty for that of the system property
     * @return the installation
     * @throws LaunchException if it is not there
     */
    public static MpjHome find(String folder) {
        String name = folder.isEmpty() ? System.getProperty(PROPERTY, "") : folder;
        if (!isHome(name)) {
            throw new LaunchException(
                    ExitCode.UNAVAILABLE,
                    "MPJ Express is not there: folder=" + name + "; ./bitreduce build fetches it or says why it cannot;"
                            + " --via local:processes works without");
        }
        return new MpjHome(Path.of(name).toAbsolutePath());
    }

    /** {@return whether MPJ Express is where the system property says} */
    public static boolean available() {
        return isHome(System.getProperty(PROPERTY, ""));
    }

    private static boolean isHome(String folder) {
        return !folder.isEmpty() && Files.isReadable(Path.of(folder, "lib", "starter.jar"));
    }

    /**
     * {@return the paths of some of its jars, joined as a class path}
     *
     * @param names without {@code .jar}
     */
    String jars(String... names) {
        return Arrays.stream(names)
                .map(name -> path.resolve("lib").resolve(name + ".jar").toString())
                .collect(Collectors.joining(java.io.File.pathSeparator));
    }
}
