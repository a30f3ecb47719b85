// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.codec;

import static org.bitreduce.codec.KernelTwins.SCALAR;
import static org.bitreduce.codec.KernelTwins.VECTOR;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.bitreduce.Codec;
import org.bitreduce.ElementType;
import org.bitreduce.Norm;
import org.bitreduce.codec.Vectors.Kind;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The vector kernels give the bits of the scalar ones, whatever runs them, and touch no byte beyond their data. */
class KernelTwinsTest {

    private static final int[] BUCKETS = {4, 5, 8, 9, 10, 12, Codec.WHOLE_VECTOR};

    @ParameterizedTest(name = "{0} elements")
    @MethodSource("org.bitreduce.codec.KernelTwins#counts")
    void allWidthsAndBucketsGiveTheSameBits(int count) {
        boolean few = count < 480;
        for (int log2Bucket : few ? new int[] {4, 9} : BUCKETS) {
            for (int bits = 1; bits <= 16; bits += few ? 3 : 1) {
                assertArrayEquals(
                        KernelWorkload.run(SCALAR, count, log2Bucket, bits),
                        KernelWorkload.run(VECTOR, count, log2Bucket, bits),
                        "log2Bucket=" + log2Bucket + ", bits=" + bits);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void allInputsGiveTheSameBits(Kind kind) {
        for (int count : new int[] {100, 512, 2048, 3000}) {
            float[] x = Vectors.make(kind, count, count);
            for (int log2Bucket : BUCKETS) {
                for (int bits : new int[] {1, 2, 4, 7, 16}) {
                    assertArrayEquals(
                            KernelWorkload.run(SCALAR, x, log2Bucket, bits),
                            KernelWorkload.run(VECTOR, x, log2Bucket, bits),
                            "count=%d, log2Bucket=%d, bits=%d".formatted(count, log2Bucket, bits));
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void elementsThatTheNormsDoNotKnowGiveTheSameBits(Kind kind) {
        float[] x = Vectors.make(kind, 4096, 5);
        for (float norm :
                new float[] {0, 1, 1e-3f, Float.MIN_VALUE, Float.MAX_VALUE, Float.POSITIVE_INFINITY, Float.NaN}) {
            for (int bits : new int[] {2, 8, 16}) {
                assertArrayEquals(codes(SCALAR, x, norm, bits), codes(VECTOR, x, norm, bits), "norm=" + norm);
            }
        }
    }

    private static byte[] codes(Kernels kernels, float[] x, float norm, int bits) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment in = Vectors.allocate(arena, x);
            MemorySegment norms = Vectors.allocate(arena, new float[] {norm});
            MemorySegment packed = Vectors.allocate(arena, PackedLayout.packedBytes(x.length, bits));
            kernels.quantize(
                    in, 0, x.length, norms, 0, Codec.WHOLE_VECTOR, bits, 0, Draws.of(1, 2, 3, 0, 0), packed, 0);
            return packed.toArray(ValueLayout.JAVA_BYTE);
        }
    }

    /** Stripes change nothing, wherever the first element that is not finite lies. */
    @ParameterizedTest(name = "buckets of 2^{0}")
    @ValueSource(ints = {4, 9, 12, 13, Codec.WHOLE_VECTOR})
    void encodingGivesTheBitsOfTwoPasses(int log2Bucket) {
        int count = 20_480 + 100;
        float[] x = Vectors.make(Kind.GAUSSIAN, count, 9);
        for (int bad : new int[] {-1, 3, 4096, 20_500}) {
            float[] input = x.clone();
            if (bad >= 0) {
                input[bad] = Float.POSITIVE_INFINITY;
            }
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment in = Vectors.allocate(arena, input);
                long scales = PackedLayout.buckets(count, log2Bucket) * 4;
                MemorySegment[] norms = {Vectors.allocate(arena, scales), Vectors.allocate(arena, scales)};
                long bytes = PackedLayout.packedBytes(count, 4);
                MemorySegment[] packed = {Vectors.allocate(arena, bytes), Vectors.allocate(arena, bytes)};
                VectorStatistics[] totals = {new VectorStatistics(), new VectorStatistics()};
                totals[0].clear();
                totals[1].clear();
                Draws draws = Draws.of(1, 2, 3, 0, 0);
                SCALAR.norms(in, 0, count, Norm.MAX, log2Bucket, norms[0], 0, totals[0]);
                SCALAR.quantize(in, 0, count, norms[0], 0, log2Bucket, 4, 512, draws, packed[0], 0);
                VECTOR.encode(in, 0, count, Norm.MAX, log2Bucket, norms[1], 0, totals[1], 4, 512, draws, packed[1], 0);
                assertEquals(-1, packed[0].mismatch(packed[1]), "bad=" + bad);
                assertArrayEquals(
                        KernelWorkload.bytes(norms[0], ElementType.FLOAT),
                        KernelWorkload.bytes(norms[1], ElementType.FLOAT));
                assertEquals(bad, totals[1].firstNonFinite);
                assertEquals(totals[0].nonFiniteCount, totals[1].nonFiniteCount);
                assertEquals(totals[0].maxMagnitude, totals[1].maxMagnitude);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4, 5, 8, 16})
    void heapSegmentsGiveTheSameBits(int bits) {
        for (int count : new int[] {1, 100, 512, 3000}) {
            for (int log2Bucket : new int[] {6, 9, 11, Codec.WHOLE_VECTOR}) {
                byte[][] results = {
                    onHeap(SCALAR, count, log2Bucket, bits, true),
                    onHeap(VECTOR, count, log2Bucket, bits, true),
                    onHeap(VECTOR, count, log2Bucket, bits, false)
                };
                assertArrayEquals(results[0], results[1]);
                assertArrayEquals(results[0], results[2]);
            }
        }
    }

    /** {@return scales, codes, and what the codes are unpacked to in all ways} In odd places: kernels may not ask for alignment. */
    private static byte[] onHeap(Kernels kernels, int count, int log2Bucket, int bits, boolean heap) {
        float[] values = Vectors.make(Kind.GAUSSIAN, count, 1);
        int codes = (int) PackedLayout.packedBytes(count, bits);
        int scales = (int) PackedLayout.buckets(count, log2Bucket) * 4;
        int y = scales + codes;
        byte[] result = new byte[y + count * 4 + 1];
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment x = heap ? MemorySegment.ofArray(values) : Vectors.allocate(arena, values);
            MemorySegment all = heap ? MemorySegment.ofArray(result) : arena.allocate(result.length, 64);
            MemorySegment norms = all.asSlice(1, scales);
            MemorySegment packed = all.asSlice(1 + scales, codes);
            MemorySegment out = all.asSlice(1 + y, count * 4L);
            VectorStatistics totals = new VectorStatistics();
            totals.clear();
            kernels.norms(x, 0, count, Norm.MAX, log2Bucket, norms, 0, totals);
            kernels.quantize(x, 0, count, norms, 0, log2Bucket, bits, 0, Draws.of(1, 2, 3, 0, 0), packed, 0);
            int levels = Math.max(1, (1 << (bits - 1)) - 1);
            Sources twice = new Sources(2);
            twice.set(0, packed);
            twice.set(1, packed);
            kernels.unpackAll(twice, 0, 2, 0, count, bits, 1, levels, norms, 0, log2Bucket, levels, true, out, 0);
            for (Kernels.Store store : new Kernels.Store[] {Kernels.Store.ADD, Kernels.Store.SUBTRACT}) {
                kernels.unpack(packed, 0, count, bits, 1, levels, norms, 0, log2Bucket, levels * 3, store, out, 0);
            }
            kernels.unpackAll(twice, 0, 2, 0, count, bits, 1, levels, norms, 0, log2Bucket, levels, false, out, 0);
            assertTrue(totals.maxMagnitude > 0);
            return all.toArray(ValueLayout.JAVA_BYTE);
        }
    }
}
