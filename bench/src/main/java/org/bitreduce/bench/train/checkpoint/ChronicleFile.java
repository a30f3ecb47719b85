// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.train.checkpoint;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import net.openhft.chronicle.bytes.MappedBytes;

/**
 * A memory-mapped file of fixed size: the only class that knows Chronicle Bytes. Never on the path of a training step.
 * Confined to one thread.
 */
public final class ChronicleFile implements AutoCloseable {

    static {
        // Chronicle would report usage statistics and log its start otherwise.
        System.setProperty("chronicle.analytics.disable", "true");
        System.setProperty("chronicle.announcer.disable", "true");
    }

    private final Path path;
    private final MappedBytes bytes;
    private final MemorySegment segment;

    // The mapping is as long as said, and the segment is not used after it is closed.
    @SuppressWarnings("restricted")
    private ChronicleFile(Path path, MappedBytes bytes, long length) {
        this.path = path;
        this.bytes = bytes;
        segment = MemorySegment.ofAddress(bytes.addressForRead(0)).reinterpret(length);
    }

    /**
     * Makes a file of zeros. Its space is written out before it is mapped, so that a full disk is an {@link IOException}
     * and not a crash.
     *
     * @param path nothing must be there
     * @param length in bytes, positive
     * @return mapped for writing until it is closed
     * @throws IOException if it is there, or if there is no room
     */
    public static ChronicleFile create(Path path, long length) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            var zeros = java.nio.ByteBuffer.allocateDirect(1 << 16);
            for (long at = 0; at < length; at += zeros.capacity()) {
                zeros.clear().limit((int) Math.min(zeros.capacity(), length - at));
                while (zeros.hasRemaining()) {
                    channel.write(zeros);
                }
            }
        } catch (FileAlreadyExistsException e) {
            throw e;
        } catch (IOException e) {
            Files.deleteIfExists(path); // half a file helps nobody, and keeps a full disk full
            throw e;
        }
        return new ChronicleFile(path, MappedBytes.singleMappedBytes(path.toFile(), length), length);
    }

    /** Maps an existing file for reading. */
    static ChronicleFile open(Path path) throws IOException {
        return open(path, false);
    }

    /**
     * Maps an existing file.
     *
     * @param path of a file that is not empty
     * @param writable whether it will be written, too
     * @return mapped until it is closed
     * @throws IOException if it is empty or cannot be read
     */
    public static ChronicleFile open(Path path, boolean writable) throws IOException {
        long length = Files.size(path);
        if (length == 0) {
            throw new IOException(path + " is empty");
        }
        return new ChronicleFile(path, MappedBytes.singleMappedBytes(path.toFile(), length, !writable), length);
    }

    /** {@return the content; not to be used after {@link #close}} */
    public MemorySegment segment() {
        return segment;
    }

    /** Closes the mapping and waits until the content is on the disk. */
    void closeDurably() throws IOException {
        close();
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
    }

    @Override
    public void close() {
        bytes.releaseLast();
    }
}
