// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.launch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.bitreduce.launch.rank.Directories;
import org.bitreduce.launch.rank.Wire;

/**
 * A job's private folder (mode 0700), in shared memory where there is some: the launcher's socket and token, and in
 * {@code ranks} whatever the ranks share. Its name tells its owner, so that what a killed launcher left is removed by
 * the next one.
 */
public final class JobDirectory implements AutoCloseable {

    private static final String PREFIX = "bitreduce-job-";
    private static final Pattern NAME = Pattern.compile(PREFIX + "(\\d+)-(\\d+)-(\\d+)-[0-9a-f]+");

    private final Path path;
    private final String token;

    private JobDirectory(Path path, String token) {
        this.path = path;
        this.token = token;
    }

    /** {@return a fresh folder, leftovers of dead launchers removed} */
    public static JobDirectory create() {
        return create(base());
    }

    /**
     * Makes a folder.
     *
     * @param base in which it is made and leftovers are looked for
     * @return a fresh folder
     */
    static JobDirectory create(Path base) {
        removeLeftovers(base);
        String token = HexFormat.of().formatHex(SecureRandom.getSeed(16));
        ProcessHandle self = ProcessHandle.current();
        String name =
                "%s%d-%d-%d-%s".formatted(PREFIX, pidNamespace(), self.pid(), startMillis(self), token.substring(0, 8));
        try {
            Path path = makePrivate(base.resolve(name));
            makePrivate(path.resolve("ranks"));
            Files.writeString(path.resolve(Wire.TOKEN), token);
            return new JobDirectory(path, token);
        } catch (IOException e) {
            throw new LaunchException(
                    ExitCode.INPUT_OUTPUT, "cannot make a job folder: base=" + base + ", cause=" + e, e);
        }
    }

    private static Path base() {
        Path shared = Path.of("/dev/shm");
        return Files.isDirectory(shared) && Files.isWritable(shared)
                ? shared
                : Path.of(System.getProperty("java.io.tmpdir"));
    }

    private static Path makePrivate(Path path) throws IOException {
        return Files.createDirectory(
                path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }

    private static void removeLeftovers(Path base) {
        try (Stream<Path> entries = Files.list(base)) {
            entries.filter(JobDirectory::isLeftover).forEach(Directories::delete);
        } catch (IOException e) {
            // not being able to tidy up after others is no reason not to run
        }
    }

    private static boolean isLeftover(Path path) {
        Matcher name = NAME.matcher(path.getFileName().toString());
        if (!name.matches() || Long.parseLong(name.group(1)) != pidNamespace()) {
            return false; // containers may share /dev/shm and not know each other's processes
        }
        Optional<ProcessHandle> owner = ProcessHandle.of(Long.parseLong(name.group(2)));
        return owner.isEmpty() || startMillis(owner.get()) != Long.parseLong(name.group(3));
    }

    private static long startMillis(ProcessHandle process) {
        return process.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
    }

    private static long pidNamespace() {
        try {
            String link = Files.readSymbolicLink(Path.of("/proc/self/ns/pid")).toString();
            return Long.parseLong(link.replaceAll("[^0-9]", ""));
        } catch (IOException | NumberFormatException e) {
            return 0;
        }
    }

    /** {@return the folder} */
    public Path path() {
        return path;
    }

    /** {@return the folder for what ranks share} */
    Path ranks() {
        return path.resolve("ranks");
    }

    /** {@return what a rank must show to be taken for one} */
    String token() {
        return token;
    }

    @Override
    public void close() {
        Directories.delete(path);
    }
}
