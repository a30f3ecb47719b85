// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.frame;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;
import java.util.zip.CRC32C;

/**
 * Computes the CRC32C of frames, one after the other. What is short is copied first, and makes no garbage; the JDK takes the
 * rest where it lies, twice as fast, through a buffer object that it wants to be made each time. Confined to one thread at a
 * time.
 */
public final class FrameChecksum {

    /** The longest range that the JDK's checksum takes at once. */
    private static final long SLICE = 1L << 30;

    /** The longest payload that is copied. */
    private static final int SHORT_BYTES = 8 << 10;

    private final CRC32C crc = new CRC32C();
    private final byte[] header = new byte[FrameHeader.CRC_OFFSET];
    private final byte[] payload = new byte[SHORT_BYTES];

    /** A checksum that has seen nothing. */
    public FrameChecksum() {}

    /**
     * {@return the checksum of a frame}
     *
     * @param message header and payload
     * @param payloadLength bytes after the header
     * @param coversPayload whether they are part of it
     */
    int of(MemorySegment message, long payloadLength, boolean coversPayload) {
        crc.reset();
        MemorySegment.copy(message, JAVA_BYTE, 0, header, 0, header.length);
        crc.update(header, 0, header.length);
        if (coversPayload && payloadLength <= SHORT_BYTES) {
            MemorySegment.copy(message, JAVA_BYTE, FrameHeader.BYTES, payload, 0, (int) payloadLength);
            crc.update(payload, 0, (int) payloadLength);
        } else if (coversPayload) {
            updateInPlace(message, payloadLength);
        }
        return (int) crc.getValue();
    }

    private void updateInPlace(MemorySegment message, long payloadLength) {
        for (long done = 0; done < payloadLength; done += SLICE) {
            long bytes = Math.min(SLICE, payloadLength - done);
            crc.update(message.asSlice(FrameHeader.BYTES + done, bytes).asByteBuffer());
        }
    }
}
