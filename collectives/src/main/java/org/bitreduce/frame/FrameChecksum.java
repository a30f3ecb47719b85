// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.frame;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;
import java.util.zip.CRC32C;

/** Computes the CRC32C of frames, one after the other, without garbage for the header. Confined to one thread at a time. */
public final class FrameChecksum {

    /** The longest range that the JDK's checksum takes at once. */
    private static final long SLICE = 1L << 30;

    private final CRC32C crc = new CRC32C();
    private final byte[] header = new byte[FrameHeader.CRC_OFFSET];

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
        for (long done = 0; coversPayload && done < payloadLength; done += SLICE) {
            long bytes = Math.min(SLICE, payloadLength - done);
            crc.update(message.asSlice(FrameHeader.BYTES + done, bytes).asByteBuffer());
        }
        return (int) crc.getValue();
    }
}
