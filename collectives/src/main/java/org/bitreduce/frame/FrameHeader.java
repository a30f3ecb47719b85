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
 *  4  version        u8   1
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
    public static final int VERSION = 1;

    /** The destination of a message to all ranks. */
    public static final int ALL_RANKS = 0xffff;

    static final int MAGIC = 0x31465242;

    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
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

    private static void put(MemorySegment message, FrameFields fields, long payloadLength, boolean checksumPayload) {
        message.set(INT, 0, MAGIC);
        message.set(JAVA_BYTE, 4, (byte) VERSION);
        message.set(JAVA_BYTE, 5, (byte) fields.kind);
        message.set(SHORT, 6, (short) fields.context);
        message.set(LONG, 8, fields.operation);
        message.set(INT, 16, fields.epoch);
        message.set(INT, 20, (int) fields.stream);
        message.set(SHORT, 24, (short) fields.source);
        message.set(SHORT, 26, (short) fields.destination);
        message.set(JAVA_BYTE, 28, (byte) fields.stage);
        message.set(JAVA_BYTE, 29, (byte) fields.type);
        message.set(JAVA_BYTE, 30, (byte) fields.bits);
        message.set(JAVA_BYTE, 31, (byte) fields.mode);
        message.set(JAVA_BYTE, 32, (byte) fields.log2Bucket);
        message.set(JAVA_BYTE, FLAGS_OFFSET, (byte) (checksumPayload ? 1 : 0));
        message.set(SHORT, 34, (short) fields.chunk);
        message.set(INT, LENGTH_OFFSET, (int) payloadLength);
        message.set(LONG, 40, fields.elementCount);
        message.set(LONG, 48, fields.decisionHash);
        message.set(INT, 56, 0);
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
        put(scratch, expected, senderKnows ? length : payloadLength, senderKnows ? covered : checksumPayload);
        long mismatch = MemorySegment.mismatch(message, 0, CRC_OFFSET, scratch, 0, CRC_OFFSET);
        return mismatch < 0 ? null : FrameDifference.field((int) mismatch, message, scratch);
    }
}
