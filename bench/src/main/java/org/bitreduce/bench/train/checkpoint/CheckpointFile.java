// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.train.checkpoint;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.EnumMap;
import java.util.Map;

/**
 * One rank's checkpoint in one file. Little-endian:
 *
 * <pre>{@code
 * offset  bytes
 *      0      8  magic
 *      8      8  step
 *     16      4  rank
 *     20      4  number of ranks
 *     24      8  length of what follows and precedes; the file may be longer, whole pages
 *     32    112  per section, in the order of Section: length (8), CRC32C (4), zero (4)
 *    144      4  CRC32C of bytes 0 to 143
 *    192         the sections, each from a multiple of 64
 * }</pre>
 *
 * A file is written beside its place, forced to the disk, and renamed: at its place it is whole or not there.
 */
final class CheckpointFile {

    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final long MAGIC = 0x3230_5450_4b43_5242L; // "BRCKPT02"
    private static final int TABLE = 32;
    private static final int ENTRY = 16;
    private static final int HEADER_CRC = TABLE + ENTRY * Section.values().length;
    private static final int ALIGNMENT = 64;
    private static final int START = align(HEADER_CRC + 4);

    private CheckpointFile() {}

    /** Writes a file; nothing is at its place before it is complete, and an older one there is replaced. */
    static void write(Path path, long step, int rank, int ranks, Map<Section, MemorySegment> sections)
            throws IOException {
        Path temporary = path.resolveSibling(path.getFileName() + ".part");
        Files.deleteIfExists(temporary);
        long length = START;
        for (MemorySegment section : sections.values()) {
            length += align(section.byteSize());
        }
        try {
            ChronicleFile file = ChronicleFile.create(temporary, length);
            try {
                fill(file.segment(), step, rank, ranks, sections);
            } finally {
                file.closeDurably();
            }
        } catch (IOException e) {
            Files.deleteIfExists(temporary); // a full disk needs the room
            throw e;
        }
        Files.move(temporary, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        forceFolder(path.toAbsolutePath().getParent());
    }

    private static void fill(MemorySegment file, long step, int rank, int ranks, Map<Section, MemorySegment> sections) {
        file.set(LONG, 0, MAGIC);
        file.set(LONG, 8, step);
        file.set(INT, 16, rank);
        file.set(INT, 20, ranks);
        file.set(LONG, 24, file.byteSize());
        long at = START;
        for (Section section : Section.values()) {
            MemorySegment content = sections.getOrDefault(section, MemorySegment.NULL);
            MemorySegment.copy(content, 0, file, at, content.byteSize());
            long entry = TABLE + (long) ENTRY * section.ordinal();
            file.set(LONG, entry, content.byteSize());
            file.set(INT, entry + 8, Checksum.of(file.asSlice(at, content.byteSize())));
            at += align(content.byteSize());
        }
        file.set(INT, HEADER_CRC, Checksum.of(file.asSlice(0, HEADER_CRC)));
    }

    /** {@return copies of the sections} Nothing is believed before its checksum has been compared. */
    static Map<Section, MemorySegment> read(Path path, long step, int rank, int ranks) throws IOException {
        try (ChronicleFile mapped = ChronicleFile.open(path)) {
            Map<Section, MemorySegment> sections = checked(path, mapped.segment(), step, rank, ranks);
            sections.replaceAll((section, content) -> MemorySegment.ofArray(content.toArray(ValueLayout.JAVA_BYTE)));
            return sections;
        }
    }

    /** Does what {@link #read} does, but for the copies; in any JVM, while Chronicle wants flags. */
    static void verify(Path path, long step, int rank, int ranks) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
                Arena arena = Arena.ofConfined()) {
            checked(path, channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena), step, rank, ranks);
        }
    }

    /** {@return the sections, in the file} */
    private static Map<Section, MemorySegment> checked(Path path, MemorySegment file, long step, int rank, int ranks)
            throws IOException {
        require(path, file.byteSize() >= START, "is too short: bytes=" + file.byteSize());
        require(path, file.get(LONG, 0) == MAGIC, "is no checkpoint of this version");
        int sum = Checksum.of(file.asSlice(0, HEADER_CRC));
        require(path, sum == file.get(INT, HEADER_CRC), "has a damaged header");
        require(
                path,
                file.get(LONG, 8) == step && file.get(INT, 16) == rank && file.get(INT, 20) == ranks,
                "is of step %d, rank %d of %d; expected step %d, rank %d of %d"
                        .formatted(file.get(LONG, 8), file.get(INT, 16), file.get(INT, 20), step, rank, ranks));
        require(path, file.byteSize() >= file.get(LONG, 24), "is cut off: bytes=" + file.byteSize());
        return sections(path, file);
    }

    private static Map<Section, MemorySegment> sections(Path path, MemorySegment file) throws IOException {
        Map<Section, MemorySegment> sections = new EnumMap<>(Section.class);
        long at = START;
        for (Section section : Section.values()) {
            long entry = TABLE + (long) ENTRY * section.ordinal();
            long length = file.get(LONG, entry);
            require(path, length >= 0 && length <= file.byteSize() - at, "has a wrong length of section " + section);
            MemorySegment content = file.asSlice(at, length);
            require(path, Checksum.of(content) == file.get(INT, entry + 8), "is damaged in section " + section);
            sections.put(section, content);
            at += align(length);
        }
        return sections;
    }

    private static void require(Path path, boolean condition, String problem) throws IOException {
        if (!condition) {
            throw new IOException("checkpoint %s %s".formatted(path, problem));
        }
    }

    /** A rename survives a power failure only once its folder is on the disk. */
    private static void forceFolder(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private static int align(int bytes) {
        return (int) align((long) bytes);
    }

    private static long align(long bytes) {
        return (bytes + ALIGNMENT - 1) & -ALIGNMENT;
    }
}
