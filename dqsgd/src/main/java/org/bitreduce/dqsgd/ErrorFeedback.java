// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.dqsgd;

import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.util.zip.CRC32C;
import org.bitreduce.CallOptions;

/**
 * A rank's memory of what rounding has dropped, off-heap. The communicator adds it to the next input and leaves in it
 * what that rounding drops. Each rank has its own, which no other rank sees; a checkpoint must hold all of them. Not
 * thread-safe.
 *
 * <p>Saved as: 8 bytes of magic, 8 bytes element count, the floats, 8 bytes CRC32C of all before; little-endian.
 */
public final class ErrorFeedback implements AutoCloseable {

    private static final ValueLayout.OfLong WORD = JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final long MAGIC = 0x3130_4449_5352_5242L; // "BRRSID01"
    private static final long CHUNK_BYTES = 1 << 20;

    private final Arena arena = Arena.ofShared();
    private final MemorySegment residual;

    /**
     * Allocates a residual of zeros.
     *
     * @param count elements of the gradient, at least 1
     */
    public ErrorFeedback(long count) {
        if (count < 1) {
            throw new IllegalArgumentException("a residual has at least 1 element: count=" + count);
        }
        residual = arena.allocate(count * Float.BYTES, 64);
    }

    /** {@return the floats, owned by this object} */
    public MemorySegment residual() {
        return residual;
    }

    /**
     * {@return these options with the residual}
     *
     * @param options of a call on a vector of as many elements
     */
    public CallOptions on(CallOptions options) {
        return options.withResidual(residual);
    }

    /** Forgets what was dropped. */
    public void clear() {
        residual.fill((byte) 0);
    }

    /**
     * Writes the residual.
     *
     * @param out blocking; not closed
     * @throws IOException if it cannot be written
     */
    public void save(WritableByteChannel out) throws IOException {
        CRC32C crc = new CRC32C();
        write(out, words(MAGIC, residual.byteSize() / Float.BYTES), crc);
        for (long at = 0; at < residual.byteSize(); at += CHUNK_BYTES) {
            write(out, chunk(at), crc);
        }
        write(out, words(crc.getValue()), crc);
    }

    /**
     * Reads a residual that {@link #save} wrote.
     *
     * @param in blocking; not closed; read up to the end of the residual
     * @throws IOException if it cannot be read, is not a residual, is of another length or damaged; the residual is zero
     *     then
     */
    public void load(ReadableByteChannel in) throws IOException {
        boolean good = false;
        try {
            read(in);
            good = true;
        } finally {
            if (!good) {
                clear();
            }
        }
    }

    private void read(ReadableByteChannel in) throws IOException {
        CRC32C crc = new CRC32C();
        MemorySegment head = words(0, 0);
        read(in, head, crc);
        if (head.get(WORD, 0) != MAGIC) {
            throw new IOException("not a saved residual: magic=%016x".formatted(head.get(WORD, 0)));
        }
        long count = residual.byteSize() / Float.BYTES;
        if (head.get(WORD, 8) != count) {
            throw new IOException("the saved residual is of another gradient: saved count=%d, count=%d"
                    .formatted(head.get(WORD, 8), count));
        }
        for (long at = 0; at < residual.byteSize(); at += CHUNK_BYTES) {
            read(in, chunk(at), crc);
        }
        long expected = crc.getValue();
        MemorySegment tail = words(0);
        read(in, tail, crc);
        if (tail.get(WORD, 0) != expected) {
            throw new IOException(
                    "the saved residual is damaged: checksum=%x, computed=%x".formatted(tail.get(WORD, 0), expected));
        }
    }

    private MemorySegment chunk(long at) {
        return residual.asSlice(at, Math.min(CHUNK_BYTES, residual.byteSize() - at));
    }

    private static MemorySegment words(long... values) {
        MemorySegment words = MemorySegment.ofArray(new byte[values.length * Long.BYTES]);
        for (int i = 0; i < values.length; i++) {
            words.setAtIndex(WORD, i, values[i]);
        }
        return words;
    }

    private static void write(WritableByteChannel out, MemorySegment from, CRC32C crc) throws IOException {
        ByteBuffer bytes = from.asByteBuffer();
        crc.update(bytes.duplicate());
        while (bytes.hasRemaining()) {
            out.write(bytes);
        }
    }

    private static void read(ReadableByteChannel in, MemorySegment to, CRC32C crc) throws IOException {
        ByteBuffer bytes = to.asByteBuffer();
        while (bytes.hasRemaining()) {
            if (in.read(bytes) < 0) {
                throw new EOFException("the saved residual ends too early: missing bytes=" + bytes.remaining());
            }
        }
        crc.update(bytes.flip());
    }

    /** Frees the memory; calls under way must have ended. */
    @Override
    public void close() {
        arena.close();
    }
}
