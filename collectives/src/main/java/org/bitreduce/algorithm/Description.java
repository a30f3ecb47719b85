// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.algorithm;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import org.bitreduce.Codec;
import org.bitreduce.CommunicatorOptions;
import org.bitreduce.ElementType;
import org.bitreduce.Mode;
import org.bitreduce.NonFinitePolicy;
import org.bitreduce.Norm;
import org.bitreduce.Order;
import org.bitreduce.Reduction;
import org.bitreduce.Rounding;
import org.bitreduce.codec.Draws;
import org.bitreduce.frame.FrameHeader;

/**
 * What all ranks must say of a call, 64 bytes, little-endian. Its {@linkplain #hash hash} stands in every rank's record;
 * the description itself is sent only when the hashes differ, to name what differs.
 *
 * <pre>
 *  0 operation u8      1 reduction u8    2 element type u8   3 mode u8, 255 for the usual
 *  4 NaN policy u8     5 flags u8: error feedback 1, integrity 2, cancelled 4, any order 8   6 frame version u8
 *  7 random numbers' version u8
 *  8 count i64        16 hash of codec and controller       24 stream i64      32 seed i64
 * 40 root u16, context u16         44 bits, norm, log2 bucket and rounding of the codec's prototype, u8 each
 * 48 operation number i64                56 hash of the table of algorithms; in mode TWO_LEVEL
 *                                            half of it, and 60 hash of the placement i32
 * </pre>
 */
final class Description {

    static final int BYTES = 64;

    /** Offset of each field that must be equal, in the order in which differences are reported. */
    private enum Field {
        CANCELLED("cancelled", 5, 1, 4),
        OPERATION("operation", 0, 1, 0xff),
        TYPE("element type", 2, 1, 0xff),
        COUNT("count", 8, 8, -1),
        REDUCTION("reduction", 1, 1, 0xff),
        ROOT("root", 40, 2, 0xffff),
        CONTEXT("context", 42, 2, 0xffff),
        MODE("mode", 3, 1, 0xff),
        PLACEMENT("placement of ranks on hosts", 60, 4, -1) {
            @Override
            long read(MemorySegment message, long at) {
                return isTwoLevel(message, at) ? super.read(message, at) : 0;
            }
        },
        ORDER("order of sums", 5, 1, 8),
        PROTOTYPE("codec", 44, 4, -1),
        CODEC("codec or state of its controller", 16, 8, -1),
        ERROR_FEEDBACK("error feedback", 5, 1, 1),
        INTEGRITY("integrity", 5, 1, 2),
        STREAM("stream", 24, 8, -1),
        SEED("seed", 32, 8, -1),
        NUMBER("operation number", 48, 8, -1),
        ALGORITHMS("table of algorithms", 56, 8, -1) {
            @Override
            long read(MemorySegment message, long at) {
                return isTwoLevel(message, at) ? message.get(INT, at + 56) : super.read(message, at);
            }
        },
        POLICY("NaN policy", 4, 1, 0xff),
        FRAME_VERSION("frame version", 6, 1, 0xff),
        DRAWS_VERSION("version of the random numbers", 7, 1, 0xff);

        private final String title;
        private final int offset;
        private final int bytes;
        private final int mask;

        Field(String title, int offset, int bytes, int mask) {
            this.title = title;
            this.offset = offset;
            this.bytes = bytes;
            this.mask = mask;
        }

        long read(MemorySegment message, long at) {
            return switch (bytes) {
                case 1 -> message.get(JAVA_BYTE, at + offset) & mask;
                case 2 -> message.get(SHORT, at + offset) & mask;
                case 4 -> message.get(INT, at + offset);
                default -> message.get(LONG, at + offset);
            };
        }

        String describe(MemorySegment message, long at) {
            long value = read(message, at);
            return switch (this) {
                case OPERATION -> named(Operation.values(), value);
                case REDUCTION -> named(Reduction.values(), value);
                case TYPE -> named(ElementType.values(), value);
                case MODE -> value == USUAL_MODE ? "the usual" : named(Mode.values(), value);
                case POLICY -> named(NonFinitePolicy.values(), value);
                case PROTOTYPE -> codec(value);
                case CODEC, ALGORITHMS, PLACEMENT -> "0x" + Long.toHexString(value);
                case ERROR_FEEDBACK, INTEGRITY -> value == 0 ? "off" : "on";
                case ORDER -> value == 0 ? "that of the ranks" : "any";
                case CANCELLED -> value == 0 ? "no" : "yes";
                default -> Long.toString(value);
            };
        }

        private static String codec(long value) {
            String norm = named(Norm.values(), value >> 8 & 0xff);
            String rounding = named(Rounding.values(), value >> 24 & 0xff);
            long bits = value & 0xff;
            long log2Bucket = value >> 16 & 0xff;
            return "%d bits, norm %s, log2 bucket %d, rounding %s".formatted(bits, norm, log2Bucket, rounding);
        }

        private static String named(Object[] values, long ordinal) {
            return ordinal < values.length ? values[(int) ordinal].toString() : Long.toString(ordinal);
        }
    }

    private static final int USUAL_MODE = 255;

    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private Description() {}

    private static boolean isTwoLevel(MemorySegment message, long at) {
        return message.get(JAVA_BYTE, at + 3) == Mode.TWO_LEVEL.ordinal();
    }

    /** Describes a call in the first bytes of {@code text}. */
    static void write(MemorySegment text, Call call, long number, boolean cancelled, Group group) {
        CommunicatorOptions options = group.options();
        Codec prototype = call.chooser().prototype();
        Mode mode = call.options().mode();
        // Eight stores, not one per field: this stands on the path of the smallest calls.
        long what = call.operation().ordinal()
                | (long) call.reduction().ordinal() << 8
                | (long) call.type().ordinal() << 16
                | (mode == null ? USUAL_MODE : (long) mode.ordinal()) << 24;
        long rules = options.nonFinite().ordinal()
                | (flags(call, options) | (cancelled ? 4L : 0)) << 8
                | (long) FrameHeader.VERSION << 16
                | (long) Draws.VERSION << 24;
        text.set(LONG, 0, what | rules << 32);
        text.set(LONG, 8, call.count());
        text.set(LONG, 16, call.chooser().fingerprint());
        text.set(LONG, 24, call.options().stream());
        text.set(LONG, 32, options.seed());
        text.set(LONG, 40, group(call, group) | prototype(prototype) << 32);
        text.set(LONG, 48, number);
        text.set(LONG, 56, options.algorithms().fingerprint());
        if (mode == Mode.TWO_LEVEL) {
            text.set(INT, 60, group.placement().hashCode());
        }
    }

    private static long group(Call call, Group group) {
        return (call.root() & 0xffffL) | (group.transport().context() & 0xffffL) << 16;
    }

    private static long prototype(Codec codec) {
        return codec.bits()
                | (long) codec.norm().ordinal() << 8
                | (long) codec.log2Bucket() << 16
                | (long) codec.rounding().ordinal() << 24;
    }

    private static int flags(Call call, CommunicatorOptions options) {
        boolean free = call.options().order() == Order.FREE;
        return (call.options().residual() == null ? 0 : 1) | (options.integrity() ? 2 : 0) | (free ? 8 : 0);
    }

    /** {@return the hash of a description} Two that differ in one word never have the same. */
    static long hash(MemorySegment text) {
        long hash = 0;
        for (long at = 0; at < BYTES; at += Long.BYTES) {
            // Each step is a bijection of the hash so far, and of the word.
            hash = (hash ^ text.get(LONG, at)) * 0x9e3779b97f4a7c15L;
            hash ^= hash >>> 32;
        }
        return hash;
    }

    /**
     * {@return null if two descriptions are the same, else the first field that differs and both values}
     *
     * @param aRank whose description {@code a} is, for the message
     * @param bRank whose description {@code b} is
     * @param at where they begin in both
     */
    static String difference(MemorySegment a, int aRank, MemorySegment b, int bRank, long at) {
        for (Field field : Field.values()) {
            if (field.read(a, at) != field.read(b, at)) {
                return "%s is %s on rank %d and %s on rank %d"
                        .formatted(field.title, field.describe(a, at), aRank, field.describe(b, at), bRank);
            }
        }
        return null;
    }
}
