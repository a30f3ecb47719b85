// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.transport.shm;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;
import org.bitreduce.TransportException;
import org.bitreduce.transport.shm.SharedFiles.NoRoomException;

/**
 * Memory shared through files of a job's directory: {@code control}, {@code rank-R.K} for segment K of rank R, and an
 * empty {@code member-...} file per rank. Every file is written out before it is mapped: without room that is an error
 * here, and not a signal later that kills the process.
 */
final class MappedStore implements SegmentStore {

    /** Name of the control region's file, which is there until all ranks have mapped it. */
    static final String CONTROL = "control";

    private static final System.Logger LOG = System.getLogger(MappedStore.class.getName());
    private static final int CONTROL_ATTEMPTS = 100;
    private static final long PAUSE_NANOS = 1_000_000;
    private static final long TURN_NANOS = 20_000_000;

    private static final String ROOM_ADVICE = "make room in /dev/shm (df /dev/shm; in a container --shm-size) or in the"
            + " temporary folder (-Djava.io.tmpdir), or use smaller messages or fewer ranks";
    private static final String OTHER_ADVICE =
            "see that the directory exists, this user may write in it, and every rank was started once";

    private final Path directory;
    private final int rank;
    private final Path member;
    private final Arena arena = Arena.ofShared();
    private final long roomLimit;
    private Path fallback;
    private boolean closed;

    /** Leaves a mark in the directory that this rank's process uses it. */
    MappedStore(Path directory, int rank, ProcessIdentity process) {
        this(directory, rank, process, Long.MAX_VALUE);
    }

    /** As if there were at most {@code roomLimit} bytes of room for each segment in the directory. */
    MappedStore(Path directory, int rank, ProcessIdentity process, long roomLimit) {
        this.directory = directory;
        this.rank = rank;
        this.roomLimit = roomLimit;
        member = directory.resolve(JobDirectory.memberName(rank, process));
        try {
            SharedFiles.writeOut(member, 0);
        } catch (IOException e) {
            throw failed("use the directory", 0, e);
        }
    }

    /** {@return the control region of the group} Whoever comes first makes it. */
    MemorySegment control(int size) {
        Path file = directory.resolve(CONTROL);
        try {
            for (int attempt = 0; ; attempt++) {
                try {
                    return map(file);
                } catch (NoSuchFileException e) {
                    if (attempt == CONTROL_ATTEMPTS) {
                        throw e;
                    }
                    awaitTurn(file);
                    makeControl(file, size);
                }
            }
        } catch (IOException e) {
            throw failed("map the control region", ControlLayout.totalBytes(size), e);
        }
    }

    /** Ranks try one after the other, or each would need room for a region of its own at the same time. */
    private void awaitTurn(Path file) {
        long start = System.nanoTime();
        while (System.nanoTime() - start < rank * TURN_NANOS && !Files.exists(file)) {
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    /** The region appears under its name all at once, by a link that only one rank can make. */
    private void makeControl(Path file, int size) throws IOException {
        if (Files.exists(file)) {
            return;
        }
        Path draft = directory.resolve("draft-" + rank);
        JobDirectory.removeFile(draft); // a rank that died may have left it
        try (Arena brief = Arena.ofConfined()) {
            SharedFiles.writeOut(draft, ControlLayout.totalBytes(size));
            ControlRegion.format(SharedFiles.map(draft, brief), size);
            Files.createLink(file, draft);
        } catch (FileAlreadyExistsException e) {
            LOG.log(System.Logger.Level.TRACE, "another rank was faster", e);
        } finally {
            Files.deleteIfExists(draft);
        }
    }

    /** All ranks have mapped the control region: it lives on without a name. */
    void dropControlName() {
        JobDirectory.removeFile(directory.resolve(CONTROL));
    }

    @Override
    public MemorySegment create(int index, long bytes) {
        Path file = segmentFile(rank, index);
        JobDirectory.removeFile(file); // a rank that died may have left it; nobody can be using it
        try {
            SharedFiles.requireRoom(bytes, roomLimit);
            SharedFiles.writeOut(file, bytes);
        } catch (NoRoomException e) {
            JobDirectory.removeFile(file);
            createElsewhere(file, bytes, e);
        } catch (IOException e) {
            JobDirectory.removeFile(file);
            throw failed("make a memory segment", bytes, e);
        }
        return open(rank, index);
    }

    /** Puts the file into the temporary folder and a link, which needs no room, into the directory. */
    private void createElsewhere(Path link, long bytes, NoRoomException cause) {
        Path target = null;
        try {
            if (fallback == null) {
                fallback = JobDirectory.createIn(JobDirectory.temporaryFolder());
                LOG.log(
                        System.Logger.Level.WARNING,
                        "rank {0}: no room for {1} bytes in {2} ({3}); using {4}, which may be slower",
                        rank,
                        bytes,
                        directory,
                        cause.getMessage(),
                        fallback);
            }
            target = fallback.resolve(link.getFileName());
            SharedFiles.writeOut(target, bytes);
            Files.createSymbolicLink(link, target);
        } catch (IOException e) {
            if (target != null) {
                JobDirectory.removeFile(target);
            }
            e.addSuppressed(cause);
            throw failed("make a memory segment", bytes, e, ROOM_ADVICE);
        }
    }

    @Override
    public MemorySegment open(int owner, int index) {
        Path file = segmentFile(owner, index);
        try {
            return map(file);
        } catch (IOException e) {
            throw failed("map " + file.getFileName(), 0, e);
        }
    }

    @Override
    public void openedByAll(int index) {
        JobDirectory.removeFile(segmentFile(rank, index));
    }

    @Override
    public void close(boolean lastOfGroup) {
        if (closed) {
            return;
        }
        closed = true;
        JobDirectory.removeFile(member);
        if (lastOfGroup) {
            removeAll();
        }
        if (fallback != null) {
            JobDirectory.removeQuietly(fallback); // does nothing as long as a peer might need a file in it
        }
        SharedArenas.close(arena);
    }

    /** Removes what others had to leave behind, and the directory itself if it was made for jobs. */
    private void removeAll() {
        JobDirectory.removeFiles(directory, "{control,rank-*,member-*,draft-*}");
        if (JobDirectory.isOurs(directory)) {
            JobDirectory.removeQuietly(directory);
        }
    }

    private Path segmentFile(int owner, int index) {
        return directory.resolve("rank-" + owner + "." + index);
    }

    private MemorySegment map(Path file) throws IOException {
        return SharedFiles.map(file, arena);
    }

    private TransportException failed(String what, long bytes, IOException cause) {
        return failed(what, bytes, cause, cause instanceof NoRoomException ? ROOM_ADVICE : OTHER_ADVICE);
    }

    private TransportException failed(String what, long bytes, IOException cause, String advice) {
        String wanted = bytes == 0 ? "" : ", wanted=%d bytes".formatted(bytes);
        return new TransportException(
                "rank %d cannot %s: directory=%s%s: %s; %s".formatted(rank, what, directory, wanted, cause, advice),
                cause);
    }
}
