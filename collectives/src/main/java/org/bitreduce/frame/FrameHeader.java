// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.frame;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * The 64 bytes in front of every payload, all numbers little-endian and unsigned unless they are hashes:
 *
 * <pre>
 *  0  magic          u32  0x31465242, the bytes "BRF1"
 *  4  version        u8   2
 *  5  kind           u8   operation, see Operation
 *  6  context        u16  group of ranks
 *  8  operation      u64  the communicator's number of the call
 * 16  epoch          u32  life of the group, 0 until a group can be formed anew
 * 20  stream         u32  low half of the caller's stream id
 * 24  source         u16  sending rank
 * 26  destination    u16  receiving rank, 0xffff for all
 * 28  stage          u8   phase of the schedule
 * 29  type           u8   element type
 * 30  bits           u8   bits per element that were agreed on
 * 31  mode           u8   arithmetic
 * 32  log2 bucket    u8   63 for the whole vector
 * 33  flags          u8   bit 0: the payload is under the checksum
 * 34  chunk          u16  number of the chunk in its part
 * 36  payload length u32  bytes after the header
 * 40  element count  u64  elements in the payload
 * 48  decision hash  u64  codec, mode and operation that all ranks agreed on
 * 56  reserved       u32  0
 * 60  CRC32C         u32  of bytes 0 to 59 and, by flag, the payload
 * </pre>
 *
 * Drawn once more, with the payloads, in docs/wire-format.md.
 */
public final class FrameHeader {

    /** Size of the header in bytes. */
    public static final int BYTES = 64;

    /** The version of the format, part of every call's fingerprint. */
    public static final int VERSION = 2;

    /** The destination of a message to all ranks. */
    public static final int ALL_RANKS = 0xffff;

    static final int MAGIC = 0x31465242;

    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    static final int CRC_OFFSET = 60;
    private static final int LENGTH_OFFSET = 36;
    private static final int FLAGS_OFFSET = 33;

    private FrameHeader() {}

    /**
     * Writes the header in front of a payload that is complete, checksum included.
     *
     * @param message header and payload; at least {@code 64 + payloadLength} bytes
     * @param fields what the frame says of itself
     * @param payloadLength bytes after the header, less than 2^32
     * @param checksumPayload whether the checksum covers the payload
     * @param checksum computes it
     */
    public static void write(
            MemorySegment message,
            FrameFields fields,
            long payloadLength,
            boolean checksumPayload,
            FrameChecksum checksum) {
        put(message, fields, payloadLength, checksumPayload);
        message.set(INT, CRC_OFFSET, checksum.of(message, payloadLength, checksumPayload));
    }

    /** Eight stores, not one per field: the header stands on the path of the smallest calls. */
    private static void put(MemorySegment message, FrameFields fields, long payloadLength, boolean checksumPayload) {
        message.set(LONG, 0, call(fields));
        message.set(LONG, 8, fields.operation);
        message.set(LONG, 16, u32(fields.epoch) | fields.stream << 32);
        message.set(LONG, 24, route(fields));
        message.set(LONG, 32, extent(fields, payloadLength, checksumPayload));
        message.set(LONG, 40, fields.elementCount);
        message.set(LONG, 48, fields.decisionHash);
        message.set(INT, 56, 0);
    }

    private static boolean equals(
            MemorySegment message, FrameFields fields, long payloadLength, boolean checksumPayload) {
        return message.get(LONG, 0) == call(fields)
                && message.get(LONG, 8) == fields.operation
                && message.get(LONG, 16) == (u32(fields.epoch) | fields.stream << 32)
                && message.get(LONG, 24) == route(fields)
                && message.get(LONG, 32) == extent(fields, payloadLength, checksumPayload)
                && message.get(LONG, 40) == fields.elementCount
                && message.get(LONG, 48) == fields.decisionHash
                && message.get(INT, 56) == 0;
    }

    /** Bytes 0 to 7. */
    private static long call(FrameFields fields) {
        return u32(MAGIC) | (long) VERSION << 32 | u8(fields.kind) << 40 | (long) fields.context << 48;
    }

    /** Bytes 24 to 31. */
    private static long route(FrameFields fields) {
        return u16(fields.source)
                | u16(fields.destination) << 16
                | u8(fields.stage) << 32
                | u8(fields.type) << 40
                | u8(fields.bits) << 48
                | u8(fields.mode) << 56;
    }

    /** Bytes 32 to 39. */
    private static long extent(FrameFields fields, long payloadLength, boolean checksumPayload) {
        return u8(fields.log2Bucket) | (checksumPayload ? 1L << 8 : 0) | u16(fields.chunk) << 16 | payloadLength << 32;
    }

    private static long u8(int value) {
        return value & 0xffL;
    }

    private static long u16(int value) {
        return value & 0xffffL;
    }

    private static long u32(int value) {
        return value & 0xffffffffL;
    }

    /**
     * Compares a received frame with what must have been sent. Nothing in the frame is believed before: lengths are
     * checked against the message first, then the checksum, then every field.
     *
     * @param message what arrived; not modified
     * @param expected every field that the receiver knows
     * @param payloadLength the payload's length, or -1 if only the sender knows it and whether the checksum covers it
     * @param checksumPayload whether the checksum must cover the payload
     * @param checksum computes it
     * @param scratch at least 64 bytes for this method's own use
     * @return null if the frame is as expected, else what differs, for people
     */
    public static FrameDifference difference(
            MemorySegment message,
            FrameFields expected,
            long payloadLength,
            boolean checksumPayload,
            FrameChecksum checksum,
            MemorySegment scratch) {
        if (message.byteSize() < BYTES) {
            return FrameDifference.damage("the message is shorter than a header: bytes=" + message.byteSize());
        }
        if (message.get(INT, 0) != MAGIC) {
            return FrameDifference.damage("wrong magic: 0x%08x".formatted(message.get(INT, 0)));
        }
        long length = Integer.toUnsignedLong(message.get(INT, LENGTH_OFFSET));
        if (length != message.byteSize() - BYTES) {
            return FrameDifference.damage(
                    "the header tells %d bytes of payload, %d came".formatted(length, message.byteSize() - BYTES));
        }
        boolean covered = (message.get(JAVA_BYTE, FLAGS_OFFSET) & 1) != 0;
        int crc = checksum.of(message, length, covered);
        if (message.get(INT, CRC_OFFSET) != crc) {
            return FrameDifference.damage("wrong checksum: 0x%08x in the header, 0x%08x over the data"
                    .formatted(message.get(INT, CRC_OFFSET), crc));
        }
        boolean senderKnows = payloadLength < 0;
        long expectedLength = senderKnows ? length : payloadLength;
        boolean expectedCover = senderKnows ? covered : checksumPayload;
        if (equals(message, expected, expectedLength, expectedCover)) {
            return null;
        }
        put(scratch, expected, expectedLength, expectedCover);
        long mismatch = MemorySegment.mismatch(message, 0, CRC_OFFSET, scratch, 0, CRC_OFFSET);
        return FrameDifference.field((int) mismatch, message, scratch);
    }
}
