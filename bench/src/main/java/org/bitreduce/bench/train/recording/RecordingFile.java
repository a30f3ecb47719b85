// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.train.recording;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.bitreduce.bench.train.checkpoint.Checksum;
import org.bitreduce.bench.train.checkpoint.ChronicleFile;

/**
 * A recording of gradients in one memory-mapped file, which all ranks of a host write at once, each its own slots.
 * Little-endian:
 *
 * <pre>{@code
 * offset  bytes
 *      0      8  magic
 *      8      4  number of ranks
 *     12      4  distance between recorded steps
 *     16      8  recorded steps
 *     24      8  floats of a gradient
 *     32      8  seed
 *     40      8  length of the file; a mapping may have made it longer, up to a whole page
 *     48      4  length of the settings
 *     52      4  CRC32C of bytes 0 to 51 and of the settings
 *     64         the run's settings as text
 *                slots, from a multiple of 64: for each recorded step, for each rank
 *                   0   8  the run's step, from 1; 0 where nothing was written
 *                   8   4  rank
 *                  12   4  CRC32C of bytes 0 to 11 and of the gradient
 *                  64      the gradient, floats
 * }</pre>
 *
 * A slot's head is written after its gradient: what a killed run leaves behind is whole or counts as not written. Confined
 * to one thread; several processes may have the file open.
 */
public final class RecordingFile implements AutoCloseable {

    static final int SLOT_HEAD = 64;

    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final long MAGIC = 0x3130_4441_5247_5242L; // "BRGRAD01"
    private static final int HEAD = 64;
    private static final int HEAD_CRC = 52;

    private final Path path;
    private final ChronicleFile file;
    private final RecordingShape shape;
    private final String settings;
    private final long start;

    private RecordingFile(Path path, ChronicleFile file, RecordingShape shape, String settings) {
        this.path = path;
        this.file = file;
        this.shape = shape;
        this.settings = settings;
        this.start = start(settings.getBytes(StandardCharsets.UTF_8).length);
    }

    static long start(int settingsBytes) {
        return (HEAD + settingsBytes + SLOT_HEAD - 1L) / SLOT_HEAD * SLOT_HEAD;
    }

    /**
     * Makes a file without gradients; its space is written out. It is made beside its place, as
     * {@code .NAME.bitreduce-part}, and renamed: a kill meanwhile leaves nothing at its place.
     *
     * @param path nothing must be there
     * @param shape of the recording
     * @param settings of the run
     * @throws IOException if the file is there, or if the disk is full
     */
    public static void create(Path path, RecordingShape shape, String settings) throws IOException {
        byte[] text = settings.getBytes(StandardCharsets.UTF_8);
        Path absolute = path.toAbsolutePath();
        if (Files.exists(absolute)) {
            throw new FileAlreadyExistsException(path.toString());
        }
        Files.createDirectories(absolute.getParent());
        Path part = absolute.resolveSibling("." + absolute.getFileName() + ".bitreduce-part");
        Files.deleteIfExists(part);
        try (ChronicleFile file = ChronicleFile.create(part, shape.fileBytes(text.length))) {
            writeHead(file.segment(), shape, text);
        }
        Files.move(part, absolute);
    }

    private static void writeHead(MemorySegment memory, RecordingShape shape, byte[] settings) {
        memory.set(LONG, 0, MAGIC);
        memory.set(INT, 8, shape.ranks());
        memory.set(INT, 12, shape.every());
        memory.set(LONG, 16, shape.steps());
        memory.set(LONG, 24, shape.count());
        memory.set(LONG, 32, shape.seed());
        memory.set(LONG, 40, memory.byteSize());
        memory.set(INT, 48, settings.length);
        MemorySegment.copy(MemorySegment.ofArray(settings), 0, memory, HEAD, settings.length);
        memory.set(INT, HEAD_CRC, Checksum.of(memory.asSlice(0, HEAD_CRC), memory.asSlice(HEAD, settings.length)));
    }

    /**
     * What stands before the gradients.
     *
     * @param shape of the recording
     * @param settings of the run that was recorded
     */
    public record Header(RecordingShape shape, String settings) {}

    /**
     * Opens a file. Nothing is believed before its checksum has been compared.
     *
     * @param path made by {@link #create}
     * @param writable whether slots will be written
     * @return open until it is closed
     * @throws IOException as {@link #header} does
     */
    public static RecordingFile open(Path path, boolean writable) throws IOException {
        Header header = header(path);
        ChronicleFile file = ChronicleFile.open(path.toAbsolutePath(), writable);
        return new RecordingFile(path, file, header.shape(), header.settings());
    }

    /**
     * {@return a file's header, read without mapping the file}
     *
     * @param path made by {@link #create}
     * @throws IOException if the file is missing, cut off or damaged, naming it and the offset
     */
    public static Header header(Path path) throws IOException {
        if (!Files.isRegularFile(path)) {
            throw new IOException(
                    "there is no recording %s: make one by ./bitreduce train --record FILE".formatted(path));
        }
        long length = Files.size(path);
        require(path, length >= HEAD, "ends at offset %d, within its header".formatted(length));
        try (InputStream in = Files.newInputStream(path)) {
            MemorySegment head = MemorySegment.ofArray(in.readNBytes(HEAD));
            require(path, head.get(LONG, 0) == MAGIC, "is no recording of this version: offset 0 has another magic");
            int text = head.get(INT, 48);
            require(path, text >= 0 && text <= length - HEAD, "is damaged at offset 48, the length of its settings");
            byte[] settings = in.readNBytes(text);
            require(
                    path,
                    head.get(INT, HEAD_CRC) == Checksum.of(head.asSlice(0, HEAD_CRC), MemorySegment.ofArray(settings)),
                    "is damaged between offsets 0 and %d: its header's checksum differs".formatted(HEAD + text));
            RecordingShape shape = new RecordingShape(
                    head.get(INT, 8), head.get(LONG, 16), head.get(INT, 12), head.get(LONG, 24), head.get(LONG, 32));
            require(
                    path,
                    length >= shape.fileBytes(text),
                    "ends at offset %d, it must at %d: it is cut off".formatted(length, shape.fileBytes(text)));
            return new Header(shape, new String(settings, StandardCharsets.UTF_8));
        }
    }

    private static void require(Path path, boolean condition, String problem) throws IOException {
        if (!condition) {
            throw new IOException("recording %s %s".formatted(path, problem));
        }
    }

    /** {@return what it holds} */
    public RecordingShape shape() {
        return shape;
    }

    /** {@return the settings of the run that was recorded, one {@code name=value} per line} */
    public String settings() {
        return settings;
    }

    /**
     * {@return the place of a gradient in the file, valid until it is closed}
     *
     * @param index of the recorded step, from 0
     * @param rank whose
     */
    public MemorySegment gradient(long index, int rank) {
        return file.segment().asSlice(slot(index, rank) + SLOT_HEAD, shape.count() * Float.BYTES);
    }

    /**
     * Says that a gradient is complete.
     *
     * @param index of the recorded step, from 0
     * @param rank whose
     * @param step of the run, from 1
     */
    public void commit(long index, int rank, long step) {
        long at = slot(index, rank);
        MemorySegment memory = file.segment();
        memory.set(LONG, at, step);
        memory.set(INT, at + 8, rank);
        memory.set(INT, at + 12, slotChecksum(index, rank));
    }

    /**
     * {@return the indexes of recorded steps that have a gradient of every rank, ascending} All are checked. What was under
     * way when a run was killed counts as not recorded, and so do steps that nothing was written of; damage does not.
     *
     * @throws IOException if a gradient before the last one written is damaged, naming its place
     */
    public List<Long> whole() throws IOException {
        long end = shape.steps();
        while (end > 0 && !any(end - 1)) {
            end--;
        }
        List<Long> found = new ArrayList<>();
        for (long index = 0; index < end; index++) {
            int torn = torn(index);
            if (torn < 0) {
                found.add(index);
            } else if (any(index)) {
                // Ranks are at most one step apart, so a run that was killed was within its last two.
                if (index >= end - 2) {
                    return found;
                }
                throw new IOException(
                        "recording %s is damaged at offset %d: the gradient of rank %d at recorded step %d of %d"
                                .formatted(path, slot(index, torn), torn, index + 1, end));
            }
        }
        return found;
    }

    /**
     * Clears what is not whole before an index, so that it counts as not recorded when later steps follow.
     *
     * @param end index of the first recorded step that is left alone
     * @return the indexes before that are whole, ascending
     */
    public List<Long> keepWhole(long end) {
        List<Long> kept = new ArrayList<>();
        for (long index = 0; index < end; index++) {
            if (torn(index) < 0) {
                kept.add(index);
            } else {
                for (int rank = 0; rank < shape.ranks(); rank++) {
                    file.segment().asSlice(slot(index, rank), SLOT_HEAD).fill((byte) 0);
                }
            }
        }
        return kept;
    }

    /** {@return the first rank whose gradient of a step is not whole, or -1} */
    private int torn(long index) {
        for (int rank = 0; rank < shape.ranks(); rank++) {
            long at = slot(index, rank);
            boolean whole = file.segment().get(INT, at + 8) == rank
                    && file.segment().get(LONG, at) == index * shape.every() + 1
                    && file.segment().get(INT, at + 12) == slotChecksum(index, rank);
            if (!whole) {
                return rank;
            }
        }
        return -1;
    }

    private boolean any(long index) {
        for (int rank = 0; rank < shape.ranks(); rank++) {
            if (file.segment().get(LONG, slot(index, rank)) != 0) {
                return true;
            }
        }
        return false;
    }

    /**
     * {@return the run's step, from 1}
     *
     * @param index of the recorded step, from 0
     */
    public long step(long index) {
        return file.segment().get(LONG, slot(index, 0));
    }

    private int slotChecksum(long index, int rank) {
        return Checksum.of(file.segment().asSlice(slot(index, rank), 12), gradient(index, rank));
    }

    private long slot(long index, int rank) {
        return start + (index * shape.ranks() + rank) * shape.slotBytes();
    }

    @Override
    public void close() {
        file.close();
    }
}
