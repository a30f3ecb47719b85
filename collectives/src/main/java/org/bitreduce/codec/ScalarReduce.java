// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.codec;

import static org.bitreduce.codec.LittleEndian.DOUBLE;
import static org.bitreduce.codec.LittleEndian.FLOAT;
import static org.bitreduce.codec.LittleEndian.INT;
import static org.bitreduce.codec.LittleEndian.LONG;

import java.lang.foreign.MemorySegment;
import org.bitreduce.ElementType;
import org.bitreduce.Reduction;

/** {@link Kernels#reduce} and {@link Kernels#divide}, element by element. Stateless. */
final class ScalarReduce {

    private ScalarReduce() {}

    static void reduce(
            ElementType type,
            Reduction reduction,
            MemorySegment x,
            long xOffset,
            long count,
            MemorySegment y,
            long yOffset) {
        for (long i = 0; i < count; i++) {
            long from = xOffset + i * type.bytes();
            long to = yOffset + i * type.bytes();
            switch (type) {
                case FLOAT -> y.set(FLOAT, to, combine(reduction, y.get(FLOAT, to), x.get(FLOAT, from)));
                case DOUBLE -> y.set(DOUBLE, to, combine(reduction, y.get(DOUBLE, to), x.get(DOUBLE, from)));
                case INT -> y.set(INT, to, combine(reduction, y.get(INT, to), x.get(INT, from)));
                case LONG -> y.set(LONG, to, combine(reduction, y.get(LONG, to), x.get(LONG, from)));
            }
        }
    }

    static void reduceAll(
            ElementType type,
            Reduction reduction,
            Sources x,
            int from,
            int to,
            long xOffset,
            long count,
            boolean set,
            MemorySegment y,
            long yOffset) {
        int first = set ? from + 1 : from;
        for (long i = 0; i < count; i++) {
            long at = xOffset + i * type.bytes();
            long out = yOffset + i * type.bytes();
            switch (type) {
                case FLOAT -> {
                    float result = set ? x.get(from).get(FLOAT, at) : y.get(FLOAT, out);
                    for (int rank = first; rank < to; rank++) {
                        result = combine(reduction, result, x.get(rank).get(FLOAT, at));
                    }
                    y.set(FLOAT, out, result);
                }
                case DOUBLE -> {
                    double result = set ? x.get(from).get(DOUBLE, at) : y.get(DOUBLE, out);
                    for (int rank = first; rank < to; rank++) {
                        result = combine(reduction, result, x.get(rank).get(DOUBLE, at));
                    }
                    y.set(DOUBLE, out, result);
                }
                case INT -> {
                    int result = set ? x.get(from).get(INT, at) : y.get(INT, out);
                    for (int rank = first; rank < to; rank++) {
                        result = combine(reduction, result, x.get(rank).get(INT, at));
                    }
                    y.set(INT, out, result);
                }
                case LONG -> {
                    long result = set ? x.get(from).get(LONG, at) : y.get(LONG, out);
                    for (int rank = first; rank < to; rank++) {
                        result = combine(reduction, result, x.get(rank).get(LONG, at));
                    }
                    y.set(LONG, out, result);
                }
            }
        }
    }

    private static float combine(Reduction reduction, float a, float b) {
        return switch (reduction) {
            case SUM, MEAN -> a + b;
            case MAX -> Math.max(a, b);
            case MIN -> Math.min(a, b);
        };
    }

    private static double combine(Reduction reduction, double a, double b) {
        return switch (reduction) {
            case SUM, MEAN -> a + b;
            case MAX -> Math.max(a, b);
            case MIN -> Math.min(a, b);
        };
    }

    private static int combine(Reduction reduction, int a, int b) {
        return switch (reduction) {
            case SUM, MEAN -> a + b;
            case MAX -> Math.max(a, b);
            case MIN -> Math.min(a, b);
        };
    }

    private static long combine(Reduction reduction, long a, long b) {
        return switch (reduction) {
            case SUM, MEAN -> a + b;
            case MAX -> Math.max(a, b);
            case MIN -> Math.min(a, b);
        };
    }

    static void divide(ElementType type, int divisor, long count, MemorySegment y, long yOffset) {
        for (long i = 0; i < count; i++) {
            long at = yOffset + i * type.bytes();
            switch (type) {
                case FLOAT -> y.set(FLOAT, at, y.get(FLOAT, at) / divisor);
                case DOUBLE -> y.set(DOUBLE, at, y.get(DOUBLE, at) / divisor);
                case INT, LONG -> throw new IllegalArgumentException("integers have no mean: type=" + type);
            }
        }
    }
}
