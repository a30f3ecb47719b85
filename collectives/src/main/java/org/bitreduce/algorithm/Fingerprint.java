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
import org.bitreduce.codec.VectorStatistics;
import org.bitreduce.frame.FrameHeader;
import org.bitreduce.transport.InPlaceMemory;

/**
 * The record of the agreement round, 92 bytes, and 16 more where a plain call is opened or a vector follows,
 * little-endian. The first 64 describe the call and must be equal on all
 * ranks, the rest describes the rank's vector:
 *
 * <pre>
 *  0 operation u8      1 reduction u8    2 element type u8   3 mode u8, 255 for the usual
 *  4 NaN policy u8     5 flags u8: error feedback 1, integrity 2, cancelled 4, any order 8   6 frame version u8
 *  7 random numbers' version u8
 *  8 count i64        16 hash of codec and controller       24 stream i64      32 seed i64
 * 40 root u16, context u16         44 bits, norm, log2 bucket and rounding of the codec's prototype, u8 each
 * 48 operation number i64                56 hash of the table of algorithms; in mode TWO_LEVEL
 *                                            half of it, and 60 hash of the placement i32
 * 64 sum of squares f64                 72 non-finite elements i64             80 index of the first i64;
 *                                            if there are none, sum of squared scales f64
 * 88 greatest magnitude f32               92 where peers can read the input, -1 for nowhere, i64
 * 100 where peers can read the output i64
 * </pre>
 */
final class Fingerprint {

    /** Bytes of a record that opens a quantizing call. */
    static final int BYTES = 92;

    /** Bytes of one that opens a call that may read vectors in place, plain or in two levels, or that a vector follows. */
    static final int PLAIN_BYTES = 108;

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
    private static final int EQUAL_BYTES = 64;
    private static final int SUM_OF_SQUARES = 64;
    private static final int NON_FINITE = 72;
    private static final int FIRST_NON_FINITE = 80;
    private static final int MAX_MAGNITUDE = 88;
    /** In the place of an index that there is none of: non-finite elements leave no scale that could be squared. */
    private static final int SCALE_SQUARES = FIRST_NON_FINITE;

    private static final int INPUT_PLACE = 92;
    private static final int OUTPUT_PLACE = 100;

    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfDouble DOUBLE =
            ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private Fingerprint() {}

    private static boolean isTwoLevel(MemorySegment message, long at) {
        return message.get(JAVA_BYTE, at + 3) == Mode.TWO_LEVEL.ordinal();
    }

    static void write(
            MemorySegment message, long at, Call call, long number, boolean cancelled, Group group, Input input) {
        CommunicatorOptions options = group.options();
        VectorStatistics statistics = input.statistics();
        Codec prototype = call.chooser().prototype();
        Mode mode = call.options().mode();
        message.set(JAVA_BYTE, at, (byte) call.operation().ordinal());
        message.set(JAVA_BYTE, at + 1, (byte) call.reduction().ordinal());
        message.set(JAVA_BYTE, at + 2, (byte) call.type().ordinal());
        message.set(JAVA_BYTE, at + 3, (byte) (mode == null ? USUAL_MODE : mode.ordinal()));
        message.set(JAVA_BYTE, at + 4, (byte) options.nonFinite().ordinal());
        message.set(JAVA_BYTE, at + 5, (byte) (flags(call, options) | (cancelled ? 4 : 0)));
        message.set(JAVA_BYTE, at + 6, (byte) FrameHeader.VERSION);
        message.set(JAVA_BYTE, at + 7, (byte) Draws.VERSION);
        message.set(LONG, at + 8, call.count());
        message.set(LONG, at + 16, call.chooser().fingerprint());
        message.set(LONG, at + 24, call.options().stream());
        message.set(LONG, at + 32, options.seed());
        message.set(SHORT, at + 40, (short) call.root());
        message.set(SHORT, at + 42, (short) group.transport().context());
        message.set(JAVA_BYTE, at + 44, (byte) prototype.bits());
        message.set(JAVA_BYTE, at + 45, (byte) prototype.norm().ordinal());
        message.set(JAVA_BYTE, at + 46, (byte) prototype.log2Bucket());
        message.set(JAVA_BYTE, at + 47, (byte) prototype.rounding().ordinal());
        message.set(LONG, at + 48, number);
        message.set(LONG, at + 56, options.algorithms().fingerprint());
        if (mode == Mode.TWO_LEVEL) {
            message.set(INT, at + 60, group.placement().hashCode());
        }
        message.set(FLOAT, at + MAX_MAGNITUDE, statistics.maxMagnitude);
        message.set(DOUBLE, at + SUM_OF_SQUARES, statistics.sumOfSquares);
        message.set(LONG, at + NON_FINITE, statistics.nonFiniteCount);
        if (statistics.nonFiniteCount > 0) {
            message.set(LONG, at + FIRST_NON_FINITE, statistics.firstNonFinite);
        } else {
            message.set(DOUBLE, at + SCALE_SQUARES, input.scaleSquares(call, prototype));
        }
        message.set(LONG, at + INPUT_PLACE, input.inputPlace());
        message.set(LONG, at + OUTPUT_PLACE, input.outputPlace());
    }

    private static int flags(Call call, CommunicatorOptions options) {
        boolean free = call.options().order() == Order.FREE;
        return (call.options().residual() == null ? 0 : 1) | (options.integrity() ? 2 : 0) | (free ? 8 : 0);
    }

    /**
     * {@return null if two records describe the same call, else the first field that differs and both values}
     *
     * @param aRank whose record {@code a} is, for the message
     * @param bRank whose record {@code b} is
     */
    static String difference(MemorySegment a, int aRank, MemorySegment b, int bRank, long at) {
        if (MemorySegment.mismatch(a, at, at + EQUAL_BYTES, b, at, at + EQUAL_BYTES) < 0) {
            return null;
        }
        for (Field field : Field.values()) {
            if (field.read(a, at) != field.read(b, at)) {
                return "%s is %s on rank %d and %s on rank %d"
                        .formatted(field.title, field.describe(a, at), aRank, field.describe(b, at), bRank);
            }
        }
        throw new AssertionError("a byte of the record belongs to no field");
    }

    static long inputPlace(MemorySegment message, long at) {
        return place(message, at, INPUT_PLACE);
    }

    static long outputPlace(MemorySegment message, long at) {
        return place(message, at, OUTPUT_PLACE);
    }

    private static long place(MemorySegment message, long at, int field) {
        return message.byteSize() < at + PLAIN_BYTES ? InPlaceMemory.NOWHERE : message.get(LONG, at + field);
    }

    static double maxMagnitude(MemorySegment message, long at) {
        return message.get(FLOAT, at + MAX_MAGNITUDE);
    }

    static double sumOfSquares(MemorySegment message, long at) {
        return message.get(DOUBLE, at + SUM_OF_SQUARES);
    }

    static double scaleSquares(MemorySegment message, long at) {
        return nonFiniteCount(message, at) > 0 ? Double.NaN : message.get(DOUBLE, at + SCALE_SQUARES);
    }

    static long nonFiniteCount(MemorySegment message, long at) {
        return message.get(LONG, at + NON_FINITE);
    }

    static long firstNonFinite(MemorySegment message, long at) {
        return message.get(LONG, at + FIRST_NON_FINITE);
    }
}
