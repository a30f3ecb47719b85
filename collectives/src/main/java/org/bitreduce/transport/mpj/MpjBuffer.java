// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.transport.mpj;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.concurrent.locks.ReentrantLock;
import org.bitreduce.transport.MessageBuffer;

/**
 * Native memory with the room before the payload that MPJ and this transport need for their headers. Laid out as
 * {@code [MPJ's send overhead][MPJ's section header][our header][payload]}, the payload at a multiple of 64 bytes.
 *
 * <p>Our header, little-endian: the tag (8 bytes), the length of the whole message (4), and then, in the first fragment,
 * the number under which the others follow, in the others the offset of the fragment (4).
 */
final class MpjBuffer implements MessageBuffer {

    /** Bytes of our own header. */
    static final int HEADER = 16;

    private static final int PAYLOAD_AT = 128;
    /** So that a short message of an unexpected length lands, and can be refused, instead of ending MPJ's selector. */
    private static final int SMALLEST = 4096;
    /** What hybdev writes when a receive of the last few bytes is posted may reach beyond the payload. */
    private static final int BEHIND = 64;

    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final MemorySegment memory;
    private final MemorySegment segment;
    private final BufferPool pool;

    /** Held while MPJ sends from this memory: it writes its header there, and several lanes may send one message. */
    final ReentrantLock sending = new ReentrantLock();

    MpjBuffer(MemorySegment memory, long bytes, BufferPool pool) {
        this.memory = memory;
        this.segment = memory.asSlice(PAYLOAD_AT, bytes);
        this.pool = pool;
    }

    /** {@return the memory that a payload of this many bytes needs} */
    static long footprint(long bytes) {
        return PAYLOAD_AT + Math.max(bytes, SMALLEST) + BEHIND;
    }

    @Override
    public MemorySegment segment() {
        return segment;
    }

    MemorySegment memory() {
        return memory;
    }

    @Override
    public void close() {
        pool.giveBack(this);
    }

    /** {@return what MPJ sends from: its overhead, its header, our header, {@code bytes} of payload} */
    MemorySegment sendView(int overhead, long bytes) {
        long room = (long) overhead + MpjDevice.SECTION_HEADER + HEADER;
        return memory.asSlice(PAYLOAD_AT - room, room + bytes);
    }

    /** {@return what MPJ receives into such that the fragment's payload lands at {@code offset} of ours} */
    MemorySegment landingView(long offset) {
        return memory.asSlice(PAYLOAD_AT - MpjDevice.SECTION_HEADER - HEADER + offset);
    }

    void writeHeader(long tag, int length, int streamOrOffset) {
        MemorySegment header = memory.asSlice(PAYLOAD_AT - HEADER, HEADER);
        header.set(LONG, 0, tag);
        header.set(INT, 8, length);
        header.set(INT, 12, streamOrOffset);
    }

    /** {@return the tag in the header of the fragment that landed at {@code offset}} */
    long tag(long offset) {
        return memory.get(LONG, PAYLOAD_AT - HEADER + offset);
    }

    /** {@return the message's length in the header of the fragment that landed at {@code offset}} */
    int length(long offset) {
        return memory.get(INT, PAYLOAD_AT - HEADER + offset + 8);
    }

    /** {@return the stream's number, or the offset, in the header of the fragment that landed at {@code offset}} */
    int streamOrOffset(long offset) {
        return memory.get(INT, PAYLOAD_AT - HEADER + offset + 12);
    }

    /** Saves into {@code saved} the payload that the headers of a fragment landing at {@code offset} will overwrite. */
    void save(long offset, byte[] saved) {
        MemorySegment.copy(memory, JAVA_BYTE, PAYLOAD_AT + offset - saved.length, saved, 0, saved.length);
    }

    /** Undoes what the headers did, see {@link #save}. */
    void restore(long offset, byte[] saved) {
        MemorySegment.copy(saved, 0, memory, JAVA_BYTE, PAYLOAD_AT + offset - saved.length, saved.length);
    }
}
