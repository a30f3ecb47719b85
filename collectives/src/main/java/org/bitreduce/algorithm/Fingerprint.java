// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.algorithm;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import org.bitreduce.codec.VectorStatistics;
import org.bitreduce.transport.InPlaceMemory;

/**
 * The record of the agreement round, 36 bytes, and 28 more where a plain call is opened or a vector follows,
 * little-endian:
 *
 * <pre>
 *  0 hash of the call's {@link Description}, equal on all ranks, i64
 *  8 sum of squares f64                   16 non-finite elements i64
 * 24 index of the first i64; if there are none, sum of squared scales f64
 * 32 greatest magnitude f32
 * 36 where peers can read the input, -1 for nowhere, i64         44 where they can read the output i64
 * 52 nothing, so that a vector behind it begins at a multiple of 64 bytes
 * </pre>
 */
final class Fingerprint {

    /** Bytes of a record that opens a quantizing call. */
    static final int BYTES = 36;

    /** Bytes of one that opens a call that may read vectors in place, plain or in two levels, or that a vector follows. */
    static final int PLAIN_BYTES = 64;

    private static final int SUM_OF_SQUARES = 8;
    private static final int NON_FINITE = 16;
    private static final int FIRST_NON_FINITE = 24;
    /** In the place of an index that there is none of: non-finite elements leave no scale that could be squared. */
    private static final int SCALE_SQUARES = FIRST_NON_FINITE;

    private static final int MAX_MAGNITUDE = 32;
    private static final int INPUT_PLACE = 36;
    private static final int OUTPUT_PLACE = 44;

    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfDouble DOUBLE =
            ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private Fingerprint() {}

    /** Writes all but what a shorter record leaves out. */
    static void write(MemorySegment message, long at, long hash, Call call, Input input, int bytes) {
        VectorStatistics statistics = input.statistics();
        message.set(LONG, at, hash);
        message.set(DOUBLE, at + SUM_OF_SQUARES, statistics.sumOfSquares);
        message.set(LONG, at + NON_FINITE, statistics.nonFiniteCount);
        if (statistics.nonFiniteCount > 0) {
            message.set(LONG, at + FIRST_NON_FINITE, statistics.firstNonFinite);
        } else {
            message.set(
                    DOUBLE,
                    at + SCALE_SQUARES,
                    input.scaleSquares(call, call.chooser().prototype()));
        }
        message.set(FLOAT, at + MAX_MAGNITUDE, statistics.maxMagnitude);
        if (bytes == PLAIN_BYTES) {
            message.set(LONG, at + INPUT_PLACE, input.inputPlace());
            message.set(LONG, at + OUTPUT_PLACE, input.outputPlace());
            message.set(LONG, at + 52, 0);
            message.set(INT, at + 60, 0);
        }
    }

    /** {@return what must be equal on all ranks} */
    static long hash(MemorySegment message, long at) {
        return message.get(LONG, at);
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
