// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.transport.shm;

import java.io.File;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bitreduce.TransportException;

/**
 * The directories that hold the files of a job. Their name tells who made them, so that those of dead owners can be
 * removed: {@code bitreduce-BOOT-NAMESPACE-PID-START-RANDOM}, with the first half of the boot's identifier, the pid
 * namespace, the process and its start time. Stateless.
 */
final class JobDirectory {

    static final Path SHARED_MEMORY = Path.of("/dev/shm");

    /** Room for messages that /dev/shm must have to be worth a job's while. Those for which there is none go elsewhere. */
    private static final long MESSAGE_ROOM = 8L << 20;

    private static final System.Logger LOG = System.getLogger(JobDirectory.class.getName());
    private static final Pattern NAME = Pattern.compile("bitreduce-([0-9a-f]+)-(\\d+)-(\\d+)-(\\d+)-\\d+");
    private static final Pattern MEMBER = Pattern.compile("member-\\d+-(\\d+)-(\\d+)-(\\d+)");

    private JobDirectory() {}

    /** {@return a fresh directory for so many ranks in shared memory, or, saying so, in the temporary folder} */
    static Path create(int size) {
        return create(SHARED_MEMORY, leastRoom(size));
    }

    /** {@return how many bytes the control region and some messages need} */
    static long leastRoom(int size) {
        return ControlLayout.totalBytes(size) + MESSAGE_ROOM;
    }

    /** As if {@code memory} were /dev/shm. */
    static Path create(Path memory, long leastRoom) {
        Path temporary = temporaryFolder();
        removeLeftovers(memory);
        removeLeftovers(temporary);
        if (Files.isWritable(memory) && room(memory) >= leastRoom) {
            try {
                return createIn(memory);
            } catch (IOException e) {
                LOG.log(System.Logger.Level.DEBUG, "no directory in " + memory, e);
            }
        }
        LOG.log(
                System.Logger.Level.WARNING,
                "{0} cannot be used or has less than {1} bytes of room; shared memory goes to {2}, which may be slower",
                memory,
                leastRoom,
                temporary);
        try {
            return createIn(temporary);
        } catch (IOException e) {
            throw new TransportException(
                    "cannot make a directory for shared memory in " + memory + " or " + temporary
                            + "; set -Djava.io.tmpdir to a folder that can be written",
                    e);
        }
    }

    /**
     * {@return the directory that all children of one process find by themselves, made if need be} It is the parent's: it
     * goes when that has died, if the ranks have not removed it.
     *
     * @param parent process of all ranks, on this host
     */
    static Path ofParent(ProcessIdentity parent) throws IOException {
        Path place = Files.isWritable(SHARED_MEMORY) ? SHARED_MEMORY : temporaryFolder();
        removeLeftovers(place);
        Path directory = place.resolve(prefix(parent) + "0");
        var ownerOnly = PosixFilePermissions.fromString("rwx------");
        try {
            return Files.createDirectory(directory, PosixFilePermissions.asFileAttribute(ownerOnly));
        } catch (FileAlreadyExistsException e) {
            PosixFileAttributes found =
                    Files.readAttributes(directory, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            if (!found.isDirectory()
                    || !found.permissions().equals(ownerOnly)
                    || !found.owner().equals(Files.getOwner(Path.of("/proc/self")))) {
                throw new IOException("somebody else has made it: " + directory, e);
            }
            return directory;
        }
    }

    /**
     * Removes a directory of {@link #ofParent} on behalf of a process that ends, perhaps without having closed its end,
     * unless another rank still lives, which then removes it, or has yet to join, which must find that this one died.
     *
     * @param directory may be gone already
     * @param rank of the process
     * @param self the process
     */
    static void leave(Path directory, int rank, ProcessIdentity self) {
        removeQuietly(directory.resolve(memberName(rank, self))); // first: of two that end at once, one is the last
        try {
            boolean formed = Files.notExists(directory.resolve(MappedStore.CONTROL));
            if (formed
                    && Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)
                    && !hasLivingMember(directory, self)) {
                remove(directory);
            }
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "cannot look for ranks in " + directory, e);
        }
    }

    private static String prefix(ProcessIdentity owner) {
        return "bitreduce-%s-%d-%d-%d-".formatted(bootPrefix(), owner.namespace(), owner.pid(), owner.start());
    }

    static Path temporaryFolder() {
        return Path.of(System.getProperty("java.io.tmpdir")).toAbsolutePath();
    }

    static Path createIn(Path parent) throws IOException {
        return Files.createTempDirectory(
                parent,
                prefix(ProcessIdentity.current()),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }

    /** {@return whether {@link #createIn} made it, so that the last rank may remove it} */
    static boolean isOurs(Path directory) {
        return NAME.matcher(directory.getFileName().toString()).matches();
    }

    /** {@return the name of the empty file that keeps a directory alive as long as a rank of the job lives} */
    static String memberName(int rank, ProcessIdentity process) {
        return "member-%d-%d-%d-%d".formatted(rank, process.namespace(), process.pid(), process.start());
    }

    /** Removes what dead owners have left in a folder, as far as possible. */
    static void removeLeftovers(Path folder) {
        try {
            for (Path entry : list(folder, "bitreduce-*")) {
                if (isLeftover(entry)) {
                    LOG.log(System.Logger.Level.DEBUG, "removing {0}, whose owner is dead", entry);
                    remove(entry);
                }
            }
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "cannot look for leftovers in " + folder, e);
        }
    }

    /** Removes a directory with the files and groups in it, and the files that its links lead to, as far as possible. */
    static void remove(Path directory) {
        removeFiles(directory, "*");
        removeQuietly(directory);
    }

    /** Removes the files in a directory that match a pattern of the file system, as far as possible. */
    static void removeFiles(Path directory, String pattern) {
        try {
            list(directory, pattern).forEach(JobDirectory::removeFile);
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "cannot list " + directory, e);
        }
    }

    private static List<Path> list(Path directory, String pattern) throws IOException {
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory, pattern)) {
            return collect(stream);
        }
    }

    /** {@return the entries} An iterator of a directory cannot declare its errors; here they are declared again. */
    static List<Path> collect(Iterable<Path> stream) throws IOException {
        List<Path> entries = new ArrayList<>();
        try {
            stream.forEach(entries::add);
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        return entries;
    }

    /**
     * Removes a file; if it is a link made by {@link MappedStore}, also the file and the folder it leads to; if it is the
     * directory of a group, also what is in it.
     */
    static void removeFile(Path file) {
        if (Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS) && isOurs(file)) {
            remove(file);
            return;
        }
        if (Files.isSymbolicLink(file)) {
            try {
                Path target = Files.readSymbolicLink(file);
                if (target.getParent() != null && isOurs(target.getParent())) {
                    removeQuietly(target);
                    removeQuietly(target.getParent());
                }
            } catch (IOException e) {
                LOG.log(System.Logger.Level.DEBUG, "cannot read the link " + file, e);
            }
        }
        removeQuietly(file);
    }

    /** Removes a file or an empty directory, as far as possible. */
    static void removeQuietly(Path path) {
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "cannot remove " + path, e);
        }
    }

    private static boolean isLeftover(Path directory) {
        try {
            return isOurs(directory) && isMine(directory) && isAbandoned(directory);
        } catch (IOException e) {
            return false; // another process may just have removed it
        }
    }

    /** Only what belongs to this user is removed: nobody else can then exchange it for a link meanwhile. */
    private static boolean isMine(Path directory) throws IOException {
        return Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)
                && Files.getOwner(directory, LinkOption.NOFOLLOW_LINKS).equals(Files.getOwner(Path.of("/proc/self")));
    }

    private static boolean isAbandoned(Path directory) throws IOException {
        Matcher name = NAME.matcher(directory.getFileName().toString());
        // Of another boot, and so perhaps of another host that shares this folder: nothing is known of its processes.
        if (!name.matches() || !name.group(1).equals(bootPrefix())) {
            return false;
        }
        ProcessIdentity self = ProcessIdentity.current();
        return isDead(name, 2, self) && !hasLivingMember(directory, self);
    }

    private static boolean hasLivingMember(Path directory, ProcessIdentity self) throws IOException {
        for (Path member : list(directory, "member-*")) {
            Matcher name = MEMBER.matcher(member.getFileName().toString());
            if (name.matches() && !isDead(name, 1, self)) {
                return true;
            }
        }
        return false;
    }

    /** The groups from {@code first} on are pid namespace, pid and start. */
    private static boolean isDead(Matcher name, int first, ProcessIdentity self) {
        long namespace = Long.parseLong(name.group(first));
        long pid = Long.parseLong(name.group(first + 1));
        return new ProcessIdentity(pid, Long.parseLong(name.group(first + 2)), namespace).isDead(self);
    }

    /** {@return how many bytes a folder still has room for; a file system without a size of its own has no bound} */
    static long room(Path folder) {
        // Not Files.getFileStore: that fails where the table of mounts does not show the folder, as in a chroot.
        File file = folder.toFile();
        return file.getTotalSpace() == 0 ? Long.MAX_VALUE : file.getUsableSpace();
    }

    private static String bootPrefix() {
        try {
            return Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).substring(0, 8);
        } catch (IOException e) {
            return "0";
        }
    }
}
