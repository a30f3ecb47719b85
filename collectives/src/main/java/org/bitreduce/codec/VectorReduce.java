// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.codec;

import static org.bitreduce.codec.Lanes.FLOATS;
import static org.bitreduce.codec.Lanes.INTS;
import static org.bitreduce.codec.Lanes.LITTLE;
import static org.bitreduce.codec.Lanes.memory;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorSpecies;
import org.bitreduce.ElementType;
import org.bitreduce.Reduction;

/**
 * {@link Kernels#reduce} and {@link Kernels#divide} for pieces of up to {@link #PIECE} bytes, whole vectors. Stateless. One loop for each type
 * and operation: an operation that is not a constant of its loop costs C2 the vector.
 */
final class VectorReduce {

    /** What one call takes at most, in bytes: many vectors of any size, and little enough to count in an int. */
    static final int PIECE = 4096;

    /** Bytes of a vector. */
    static final int STEP = FLOATS.vectorByteSize();

    private static final VectorSpecies<Double> DOUBLES = FLOATS.withLanes(double.class);
    private static final VectorSpecies<Long> LONGS = FLOATS.withLanes(long.class);

    private VectorReduce() {}

    static void reduce(
            ElementType type,
            Reduction reduction,
            MemorySegment x,
            long xOffset,
            MemorySegment y,
            long yOffset,
            int bytes) {
        switch (type) {
            case FLOAT -> {
                switch (reduction) {
                    case SUM, MEAN -> addFloats(x, xOffset, y, yOffset, bytes);
                    case MAX -> maxFloats(x, xOffset, y, yOffset, bytes);
                    case MIN -> minFloats(x, xOffset, y, yOffset, bytes);
                }
            }
            case DOUBLE -> {
                switch (reduction) {
                    case SUM, MEAN -> addDoubles(x, xOffset, y, yOffset, bytes);
                    case MAX -> maxDoubles(x, xOffset, y, yOffset, bytes);
                    case MIN -> minDoubles(x, xOffset, y, yOffset, bytes);
                }
            }
            case INT -> {
                switch (reduction) {
                    case SUM, MEAN -> addInts(x, xOffset, y, yOffset, bytes);
                    case MAX -> maxInts(x, xOffset, y, yOffset, bytes);
                    case MIN -> minInts(x, xOffset, y, yOffset, bytes);
                }
            }
            case LONG -> {
                switch (reduction) {
                    case SUM, MEAN -> addLongs(x, xOffset, y, yOffset, bytes);
                    case MAX -> maxLongs(x, xOffset, y, yOffset, bytes);
                    case MIN -> minLongs(x, xOffset, y, yOffset, bytes);
                }
            }
        }
    }

    static void divide(ElementType type, int divisor, MemorySegment y, long yOffset, int bytes) {
        switch (type) {
            case FLOAT -> divideFloats(divisor, y, yOffset, bytes);
            case DOUBLE -> divideDoubles(divisor, y, yOffset, bytes);
            case INT, LONG -> throw new IllegalArgumentException("integers have no mean: type=" + type);
        }
    }

    private static void addFloats(MemorySegment x, long xOffset, MemorySegment y, long yOffset, int bytes) {
        MemorySegment input = memory(x);
        MemorySegment output = memory(y);
        for (int at = 0; at < bytes; at += STEP) {
            FloatVector a = FloatVector.fromMemorySegment(FLOATS, output, yOffset + at, LITTLE);
            FloatVector b = FloatVector.fromMemorySegment(FLOATS, input, xOffset + at, LITTLE);
            a.add(b).intoMemorySegment(output, yOffset + at, LITTLE);
        }
    }

    private static void maxFloats(MemorySegment x, long xOffset, MemorySegment y, long yOffset, int bytes) {
        MemorySegment input = memory(x);
        MemorySegment output = memory(y);
        for (int at = 0; at < bytes; at += STEP) {
            FloatVector a = FloatVector.fromMemorySegment(FLOATS, output, yOffset + at, LITTLE);
            FloatVector b = FloatVector.fromMemorySegment(FLOATS, input, xOffset + at, LITTLE);
            a.max(b).intoMemorySegment(output, yOffset + at, LITTLE);
        }
    }

    private static void minFloats(MemorySegment x, long xOffset, MemorySegment y, long yOffset, int bytes) {
        MemorySegment input = memory(x);
        MemorySegment output = memory(y);
        for (int at = 0; at < bytes; at += STEP) {
            FloatVector a = FloatVector.fromMemorySegment(FLOATS, output, yOffset + at, LITTLE);
            FloatVector b = FloatVector.fromMemorySegment(FLOATS, input, xOffset + at, LITTLE);
            a.min(b).intoMemorySegment(output, yOffset + at, LITTLE);
        }
    }

    private static void addDoubles(MemorySegment x, long xOffset, MemorySegment y, long yOffset, int bytes) {
        MemorySegment input = memory(x);
        MemorySegment output = memory(y);
        for (int at = 0; at < bytes; at += STEP) {
            DoubleVector a = DoubleVector.fromMemorySegment(DOUBLES, output, yOffset + at, LITTLE);
            DoubleVector b = DoubleVector.fromMemorySegment(DOUBLES, input, xOffset + at, LITTLE);
            a.add(b).intoMemorySegment(output, yOffset + at, LITTLE);
        }
    }

    private static void maxDoubles(MemorySegment x, long xOffset, MemorySegment y, long yOffset, int bytes) {
        MemorySegment input = memory(x);
        MemorySegment output = memory(y);
        for (int at = 0; at < bytes; at += STEP) {
            DoubleVector a = DoubleVector.fromMemorySegment(DOUBLES, output, yOffset + at, LITTLE);
            DoubleVector b = DoubleVector.fromMemorySegment(DOUBLES, input, xOffset + at, LITTLE);
            a.max(b).intoMemorySegment(output, yOffset + at, LITTLE);
        }
    }

    private static void minDoubles(MemorySegment x, long xOffset, MemorySegment y, long yOffset, int bytes) {
        MemorySegment input = memory(x);
        MemorySegment output = memory(y);
        for (int at = 0; at < bytes; at += STEP) {
            DoubleVector a = DoubleVector.fromMemorySegment(DOUBLES, output, yOffset + at, LITTLE);
            DoubleVector b = DoubleVector.fromMemorySegment(DOUBLES, input, xOffset + at, LITTLE);
            a.min(b).intoMemorySegment(output, yOffset + at, LITTLE);
        }
    }

    private static void addInts(MemorySegment x, long xOffset, MemorySegment y, long yOffset, int bytes) {
        MemorySegment input = memory(x);
        MemorySegment output = memory(y);
        for (int at = 0; at < bytes; at += STEP) {
            IntVector a = IntVector.fromMemorySegment(INTS, output, yOffset + at, LITTLE);
            IntVector b = IntVector.fromMemorySegment(INTS, input, xOffset + at, LITTLE);
            a.add(b).intoMemorySegment(output, yOffset + at, LITTLE);
        }
    }

    private static void maxInts(MemorySegment x, long xOffset, MemorySegment y, long yOffset, int bytes) {
        MemorySegment input = memory(x);
        MemorySegment output = memory(y);
        for (int at = 0; at < bytes; at += STEP) {
            IntVector a = IntVector.fromMemorySegment(INTS, output, yOffset + at, LITTLE);
            IntVector b = IntVector.fromMemorySegment(INTS, input, xOffset + at, LITTLE);
            a.max(b).intoMemorySegment(output, yOffset + at, LITTLE);
        }
    }

    private static void minInts(MemorySegment x, long xOffset, MemorySegment y, long yOffset, int bytes) {
        MemorySegment input = memory(x);
        MemorySegment output = memory(y);
        for (int at = 0; at < bytes; at += STEP) {
            IntVector a = IntVector.fromMemorySegment(INTS, output, yOffset + at, LITTLE);
            IntVector b = IntVector.fromMemorySegment(INTS, input, xOffset + at, LITTLE);
            a.min(b).intoMemorySegment(output, yOffset + at, LITTLE);
        }
    }

    private static void addLongs(MemorySegment x, long xOffset, MemorySegment y, long yOffset, int bytes) {
        MemorySegment input = memory(x);
        MemorySegment output = memory(y);
        for (int at = 0; at < bytes; at += STEP) {
            LongVector a = LongVector.fromMemorySegment(LONGS, output, yOffset + at, LITTLE);
            LongVector b = LongVector.fromMemorySegment(LONGS, input, xOffset + at, LITTLE);
            a.add(b).intoMemorySegment(output, yOffset + at, LITTLE);
        }
    }

    private static void maxLongs(MemorySegment x, long xOffset, MemorySegment y, long yOffset, int bytes) {
        MemorySegment input = memory(x);
        MemorySegment output = memory(y);
        for (int at = 0; at < bytes; at += STEP) {
            LongVector a = LongVector.fromMemorySegment(LONGS, output, yOffset + at, LITTLE);
            LongVector b = LongVector.fromMemorySegment(LONGS, input, xOffset + at, LITTLE);
            a.max(b).intoMemorySegment(output, yOffset + at, LITTLE);
        }
    }

    private static void minLongs(MemorySegment x, long xOffset, MemorySegment y, long yOffset, int bytes) {
        MemorySegment input = memory(x);
        MemorySegment output = memory(y);
        for (int at = 0; at < bytes; at += STEP) {
            LongVector a = LongVector.fromMemorySegment(LONGS, output, yOffset + at, LITTLE);
            LongVector b = LongVector.fromMemorySegment(LONGS, input, xOffset + at, LITTLE);
            a.min(b).intoMemorySegment(output, yOffset + at, LITTLE);
        }
    }

    private static void divideFloats(int divisor, MemorySegment y, long yOffset, int bytes) {
        MemorySegment output = memory(y);
        for (int at = 0; at < bytes; at += STEP) {
            FloatVector.fromMemorySegment(FLOATS, output, yOffset + at, LITTLE)
                    .div(divisor)
                    .intoMemorySegment(output, yOffset + at, LITTLE);
        }
    }

    private static void divideDoubles(int divisor, MemorySegment y, long yOffset, int bytes) {
        MemorySegment output = memory(y);
        for (int at = 0; at < bytes; at += STEP) {
            DoubleVector.fromMemorySegment(DOUBLES, output, yOffset + at, LITTLE)
                    .div(divisor)
                    .intoMemorySegment(output, yOffset + at, LITTLE);
        }
    }
}
