// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.codec;

import static org.bitreduce.codec.KernelTwins.SCALAR;
import static org.bitreduce.codec.KernelTwins.VECTOR;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.bitreduce.ElementType;
import org.bitreduce.Reduction;
import org.bitreduce.codec.Vectors.Kind;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Plain vectors are reduced to the same bits by both kernels, on the heap and off it. */
class ReductionTwinsTest {

    @ParameterizedTest(name = "{0} elements")
    @MethodSource("org.bitreduce.codec.KernelTwins#counts")
    void reductionsGiveTheSameBits(int count) {
        for (ElementType type : ElementType.values()) {
            for (Reduction reduction : Reduction.values()) {
                byte[] ofAll = reducedAll(SCALAR, type, reduction, count, false);
                assertArrayEquals(
                        ofAll, reducedAll(VECTOR, type, reduction, count, false), () -> type + " " + reduction);
                assertArrayEquals(
                        ofAll, reducedAll(VECTOR, type, reduction, count, true), () -> type + " on heap " + reduction);
                byte[] expected = reduced(SCALAR, type, reduction, count, false, false);
                for (boolean heapX : new boolean[] {false, true}) {
                    for (boolean heapY : new boolean[] {false, true}) {
                        assertArrayEquals(
                                expected,
                                reduced(VECTOR, type, reduction, count, heapX, heapY),
                                () -> "%s %s, x on heap: %s, y on heap: %s".formatted(type, reduction, heapX, heapY));
                    }
                }
            }
        }
    }

    private static byte[] reduced(
            Kernels kernels, ElementType type, Reduction reduction, int count, boolean heapX, boolean heapY) {
        try (Arena arena = Arena.ofConfined()) {
            long bytes = (long) count * type.bytes();
            MemorySegment x = Vectors.allocate(arena, bytes);
            MemorySegment y = Vectors.allocate(arena, bytes);
            for (int i = 0; i < count; i++) {
                set(x, type, i, 2 * i);
                set(y, type, i, 2 * i + 1);
            }
            MemorySegment y0 = heapY ? MemorySegment.ofArray(y.toArray(ValueLayout.JAVA_BYTE)) : y;
            MemorySegment x0 = heapX ? MemorySegment.ofArray(x.toArray(ValueLayout.JAVA_BYTE)) : x;
            kernels.reduce(type, reduction, x0, 0, count, y0, 0);
            MemorySegment.copy(y0, 0, y, 0, bytes);
            if (reduction == Reduction.MEAN && type.bytes() > 0 && type.ordinal() <= ElementType.DOUBLE.ordinal()) {
                kernels.divide(type, 7, count, y, 0);
            }
            return KernelWorkload.bytes(y, type);
        }
    }

    /** {@return three ranks' elements reduced, to an output that was set by two and had the third added} */
    private static byte[] reducedAll(
            Kernels kernels, ElementType type, Reduction reduction, int count, boolean heapOutput) {
        try (Arena arena = Arena.ofConfined()) {
            int bytes = count * type.bytes();
            Sources x = new Sources(3);
            for (int rank = 0; rank < 3; rank++) {
                MemorySegment vector = Vectors.allocate(arena, bytes);
                for (int i = 0; i < count; i++) {
                    set(vector, type, i, 3 * i + rank);
                }
                x.set(rank, vector);
            }
            MemorySegment y = heapOutput ? MemorySegment.ofArray(new byte[bytes]) : Vectors.allocate(arena, bytes);
            kernels.reduceAll(type, reduction, x, 0, 2, 0, count, true, y, 0);
            kernels.reduceAll(type, reduction, x, 2, 3, 0, count, false, y, 0);
            if (reduction == Reduction.MEAN && (type == ElementType.FLOAT || type == ElementType.DOUBLE)) {
                kernels.divide(type, 3, count, y, 0);
            }
            MemorySegment result = Vectors.allocate(arena, bytes);
            result.copyFrom(y);
            return KernelWorkload.bytes(result, type);
        }
    }

    private static void set(MemorySegment y, ElementType type, int i, int number) {
        float special = Vectors.make(Kind.NON_FINITE, 1, number)[0];
        long bits = Draws.mix64(number);
        switch (type) {
            case FLOAT -> y.setAtIndex(ValueLayout.JAVA_FLOAT, i, special);
            case DOUBLE -> y.setAtIndex(ValueLayout.JAVA_DOUBLE_UNALIGNED, i, special * 1e200);
            case INT -> y.setAtIndex(ValueLayout.JAVA_INT, i, (int) bits);
            case LONG -> y.setAtIndex(ValueLayout.JAVA_LONG_UNALIGNED, i, bits);
        }
    }
}
