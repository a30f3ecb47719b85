// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.train.recording;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Keeps a recording to one run at a time: a lock of the operating system on a file beside it, {@code
 * .NAME.bitreduce-lock}, which a process loses when it ends, however it ends. It is not on the recording itself, because
 * closing any other handle of a file gives up a process's locks on it. Confined to one thread.
 */
public final class RecordingLock implements AutoCloseable {

    private final Path path;
    private final FileChannel channel;

    private RecordingLock(Path path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    /**
     * Takes the lock, or does not wait for it.
     *
     * @param recording which need not be there
     * @return held until it is closed
     * @throws IOException if another run holds it, or if the file system has no locks
     */
    public static RecordingLock take(Path recording) throws IOException {
        Path absolute = recording.toAbsolutePath();
        Files.createDirectories(absolute.getParent());
        Path path = absolute.resolveSibling("." + absolute.getFileName() + ".bitreduce-lock");
        while (true) {
            FileChannel channel = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            try {
                if (!locks(channel)) {
                    throw new IOException("another run is recording to it");
                }
                if (channel.size() == 0) {
                    return new RecordingLock(path, channel);
                }
                channel.close(); // given up, and removed, since it was opened
            } catch (IOException e) {
                channel.close();
                throw e;
            }
        }
    }

    private static boolean locks(FileChannel channel) throws IOException {
        try {
            return channel.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            return false; // held by this process
        }
    }

    /** Removes the file. Who has opened it already sees by its length that it is another's no more. */
    @Override
    public void close() throws IOException {
        try (channel) {
            channel.write(ByteBuffer.allocate(1));
            Files.deleteIfExists(path);
        }
    }
}
