// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.transport.shm;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * Where a message lies, and where its sender waits for its release. One slot of a ring holds one, little-endian:
 *
 * <pre>
 *  0 sequence (8)   position in the ring + 1, written last
 *  8 tag (8)
 * 16 offset (8)     of the message in its segment
 * 24 length (8)
 * 32 segment (4)    the sender's segments count from 0
 * 36 cell segment (4)
 * 40 cell offset (8)   of the word that the receiver sets to the generation when it has done with the message
 * 48 generation (4)
 * 52 source (2)  54 destination (2)
 * 56 CRC32C (4)     of bytes 0 to 55
 * 60 zero (4)
 * </pre>
 *
 * <p>Mutable, and used again and again; confined to one thread.
 */
final class Descriptor {

    private static final int BYTES = (int) ControlLayout.LINE_BYTES;
    private static final int TAG = 8;
    private static final int OFFSET = 16;
    private static final int LENGTH = 24;
    private static final int SEGMENT = 32;
    private static final int CELL_SEGMENT = 36;
    private static final int CELL_OFFSET = 40;
    private static final int GENERATION = 48;
    private static final int ENDS = 52;
    private static final int CRC = 56;
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    long tag;
    long offset;
    long length;
    int segment;
    int cellSegment;
    long cellOffset;
    int generation;

    private final byte[] bytes = new byte[BYTES];
    private final CRC32C crc = new CRC32C();

    /** Writes this into a free slot and, last of all, the sequence that makes it visible. */
    void writeTo(MemorySegment memory, long slot, long sequence, int source, int destination) {
        LONG.set(bytes, 0, sequence);
        LONG.set(bytes, TAG, tag);
        LONG.set(bytes, OFFSET, offset);
        LONG.set(bytes, LENGTH, length);
        INT.set(bytes, SEGMENT, segment);
        INT.set(bytes, CELL_SEGMENT, cellSegment);
        LONG.set(bytes, CELL_OFFSET, cellOffset);
        INT.set(bytes, GENERATION, generation);
        INT.set(bytes, ENDS, ends(source, destination));
        INT.set(bytes, CRC, checksum());
        MemorySegment.copy(bytes, TAG, memory, ValueLayout.JAVA_BYTE, slot + TAG, BYTES - TAG);
        ControlLayout.LONG.setRelease(memory, slot, sequence);
    }

    /**
     * Reads a slot whose sequence has been seen, into memory that nobody else can change, and checks it there.
     *
     * @return whether the descriptor is what its sender wrote for this receiver
     */
    boolean readFrom(MemorySegment memory, long slot, long sequence, int source, int destination) {
        MemorySegment.copy(memory, ValueLayout.JAVA_BYTE, slot, bytes, 0, BYTES);
        tag = (long) LONG.get(bytes, TAG);
        offset = (long) LONG.get(bytes, OFFSET);
        length = (long) LONG.get(bytes, LENGTH);
        segment = (int) INT.get(bytes, SEGMENT);
        cellSegment = (int) INT.get(bytes, CELL_SEGMENT);
        cellOffset = (long) LONG.get(bytes, CELL_OFFSET);
        generation = (int) INT.get(bytes, GENERATION);
        return (int) INT.get(bytes, CRC) == checksum()
                && (long) LONG.get(bytes, 0) == sequence
                && (int) INT.get(bytes, ENDS) == ends(source, destination);
    }

    /** Takes over the fields of another. */
    void set(Descriptor other) {
        tag = other.tag;
        offset = other.offset;
        length = other.length;
        segment = other.segment;
        cellSegment = other.cellSegment;
        cellOffset = other.cellOffset;
        generation = other.generation;
    }

    private int checksum() {
        crc.reset();
        crc.update(bytes, 0, CRC);
        return (int) crc.getValue();
    }

    private static int ends(int source, int destination) {
        return source | destination << 16;
    }

    @Override
    public String toString() {
        return "tag=%d, segment=%d, offset=%d, length=%d, cellSegment=%d, cellOffset=%d, generation=%d"
                .formatted(tag, segment, offset, length, cellSegment, cellOffset, generation);
    }
}
