// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.transport.shm;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** Makes files of zeros and maps them. Stateless. */
final class SharedFiles {

    private static final int ZEROS_BYTES = 1 << 18;
    private static final FileAttribute<?> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private SharedFiles() {}

    /** There is less room than a file needs. */
    static final class NoRoomException extends IOException {

        private static final long serialVersionUID = 1L;

        private NoRoomException(String message, IOException cause) {
            super(message, cause);
        }
    }

    static MemorySegment map(Path file, Arena lifetime) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            return channel.map(FileChannel.MapMode.READ_WRITE, 0, channel.size(), lifetime);
        }
    }

    static void requireRoom(long bytes, long room) throws NoRoomException {
        if (bytes > room) {
            throw new NoRoomException("no space left: wanted=%d bytes, room=%d".formatted(bytes, room), null);
        }
    }

    /**
     * Makes a file, for this user only, all of whose bytes have been written.
     *
     * @throws NoRoomException if there is no room for it; a part may remain
     */
    static void writeOut(Path file, long bytes) throws IOException {
        requireRoom(bytes, JobDirectory.room(file.getParent()));
        try (FileChannel channel =
                FileChannel.open(file, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), OWNER_ONLY)) {
            writeZeros(channel, bytes);
        }
    }

    private static void writeZeros(FileChannel channel, long bytes) throws IOException {
        ByteBuffer zeros = ByteBuffer.allocateDirect((int) Math.min(ZEROS_BYTES, bytes));
        for (long done = 0; done < bytes; ) {
            zeros.clear().limit((int) Math.min(zeros.capacity(), bytes - done));
            try {
                done += channel.write(zeros);
            } catch (ClosedChannelException e) {
                throw e; // the thread was interrupted
            } catch (IOException e) {
                // A new file that takes no more bytes: full, or at a quota, which no figure of free space shows.
                throw new NoRoomException("%s: wanted=%d bytes, written=%d".formatted(e.getMessage(), bytes, done), e);
            }
        }
    }
}
