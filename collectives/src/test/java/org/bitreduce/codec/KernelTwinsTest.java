// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.stream.IntStream;
import org.bitreduce.Codec;
import org.bitreduce.ElementType;
import org.bitreduce.Norm;
import org.bitreduce.Reduction;
import org.bitreduce.codec.Vectors.Kind;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The vector kernels give the bits of the scalar ones, whatever runs them, and touch no byte beyond their data. */
class KernelTwinsTest {

    private static final Kernels SCALAR = new ScalarKernels();
    private static final Kernels VECTOR = new VectorKernels();
    private static final int[] BUCKETS = {4, 5, 8, 9, 10, 12, Codec.WHOLE_VECTOR};

    /** Interpreted, the Vector API is plain Java; what must be right is what C2 makes of it. */
    @BeforeAll
    static void letC2CompileTheVectorKernels() {
        for (int i = 0; i < 25; i++) {
            KernelWorkload.run(VECTOR, 20_480, 9, 4);
            KernelWorkload.run(VECTOR, 20_480, 6, 3);
        }
    }

    /** Every length around a row, a block, and a bucket of more than a block. */
    static IntStream counts() {
        return IntStream.concat(
                IntStream.rangeClosed(0, 70), IntStream.of(496, 511, 512, 513, 528, 1023, 1024, 1537, 5000));
    }

    @ParameterizedTest(name = "{0} elements")
    @MethodSource("counts")
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

    /** Sums of three ranks' codes, in two steps, against integers that are packed one by one. */
    @ParameterizedTest(name = "{0} codes")
    @MethodSource("counts")
    void sumsOfAllWidthsArePacked(int count) {
        for (int width = 1; width <= 16; width++) {
            for (int sumsWidth = width + 2; sumsWidth <= Math.min(PackedLayout.MAX_WIDTH, width + 6); sumsWidth++) {
                int[] sums = new int[count];
                try (Arena arena = Arena.ofConfined()) {
                    Sources codes = new Sources(3);
                    long[] checksums = new long[2];
                    for (int rank = 0; rank < 3; rank++) {
                        MemorySegment packed = Vectors.allocate(arena, PackedLayout.packedBytes(count, width));
                        for (int i = 0; i < count; i++) {
                            int code = (int) Draws.mix64(i * 31L + width + rank * 1_000_003L) & ((1 << width) - 1);
                            ScalarPacking.put(packed, 0, i, width, code);
                            sums[i] += code;
                            checksums[rank / 2] += code;
                        }
                        codes.set(rank, packed);
                    }
                    byte[] expected = packed(sums, sumsWidth);
                    for (Kernels kernels : new Kernels[] {SCALAR, VECTOR}) {
                        MemorySegment out = Vectors.allocate(arena, expected.length);
                        out.fill((byte) -1); // old bytes must not shine through
                        assertEquals(
                                checksums[0], kernels.addCodes(codes, 0, 2, 0, count, width, true, out, 0, sumsWidth));
                        assertEquals(
                                checksums[1], kernels.addCodes(codes, 2, 3, 0, count, width, false, out, 0, sumsWidth));
                        assertArrayEquals(
                                expected,
                                out.toArray(ValueLayout.JAVA_BYTE),
                                "%s, width=%d, sumsWidth=%d".formatted(kernels.name(), width, sumsWidth));
                        assertEquals(checksums[0] + checksums[1], kernels.sumCodes(out, 0, count, sumsWidth));
                    }
                }
            }
        }
    }

    private static byte[] packed(int[] codes, int width) {
        MemorySegment packed = MemorySegment.ofArray(new byte[(int) PackedLayout.packedBytes(codes.length, width)]);
        for (int i = 0; i < codes.length; i++) {
            ScalarPacking.put(packed, 0, i, width, codes[i]);
        }
        return packed.toArray(ValueLayout.JAVA_BYTE);
    }

    /** Every number of planes that is held in registers, and more. */
    @ParameterizedTest(name = "{0} ranks")
    @ValueSource(ints = {1, 2, 3, 4, 5, 7, 8, 15, 16, 17, 40, 64})
    void majoritiesAreThoseOfCountedVotes(int ranks) {
        int planes = Integer.SIZE - Integer.numberOfLeadingZeros(ranks);
        for (int count : new int[] {0, 1, 16, 257, 300, 512, 513, 1023, 2048, 2600}) {
            try (Arena arena = Arena.ofConfined()) {
                Sources votes = new Sources(ranks);
                int[] ones = new int[count];
                for (int rank = 0; rank < ranks; rank++) {
                    int[] codes = new int[count];
                    for (int i = 0; i < count; i++) {
                        // Beside chance, elements for which all, none, and exactly half of the ranks are.
                        codes[i] =
                                i % 7 == 0 ? i / 7 % 2 : i % 7 == 1 ? rank % 2 : (int) Draws.mix64(i * 97L + rank) & 1;
                        ones[i] += codes[i];
                    }
                    byte[] own = packed(codes, 1);
                    votes.set(rank, Vectors.allocate(arena, own.length).copyFrom(MemorySegment.ofArray(own)));
                }
                int[] results = new int[count];
                for (int i = 0; i < count; i++) {
                    int lead = Integer.signum(2 * ones[i] - ranks);
                    results[i] = ranks % 2 == 1 ? (lead + 1) / 2 : lead + 1;
                }
                byte[] expected = packed(results, Kernels.voteWidth(ranks));
                for (Kernels kernels : new Kernels[] {SCALAR, VECTOR}) {
                    for (int cut : new int[] {ranks, 1, (ranks + 1) / 2}) {
                        long blocks = Math.ceilDiv(count, PackedLayout.BLOCK);
                        MemorySegment counts =
                                Vectors.allocate(arena, blocks * 64 * planes).fill((byte) -1);
                        kernels.addVotes(votes, 0, cut, 0, count, true, counts, 0, planes);
                        if (cut < ranks) {
                            kernels.addVotes(votes, cut, ranks, 0, count, false, counts, 0, planes);
                        }
                        MemorySegment out =
                                Vectors.allocate(arena, expected.length).fill((byte) -1);
                        kernels.decideVotes(counts, 0, count, planes, ranks, out, 0);
                        assertArrayEquals(
                                expected,
                                out.toArray(ValueLayout.JAVA_BYTE),
                                "%s, count=%d, cut=%d".formatted(kernels.name(), count, cut));
                    }
                }
            }
        }
    }

    @ParameterizedTest(name = "{0} elements")
    @MethodSource("counts")
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

    /** What vectors do not check one by one, the kernels check when they begin. */
    @Test
    void rangesBeyondASegmentAndClosedArenasAreRefused() {
        MemorySegment closed;
        try (Arena arena = Arena.ofShared()) {
            MemorySegment x = Vectors.allocate(arena, 1024 * 4L);
            MemorySegment y = Vectors.allocate(arena, 1024 * 4L);
            closed = y;
            for (Kernels kernels : new Kernels[] {SCALAR, VECTOR}) {
                assertThrows(
                        IndexOutOfBoundsException.class,
                        () -> kernels.reduce(ElementType.FLOAT, Reduction.SUM, x, 4, 1024, y, 0));
                assertThrows(
                        IndexOutOfBoundsException.class, () -> kernels.quantize(x, 4, 1024, y, 0, 9, 4, 0, null, y, 0));
                assertThrows(
                        IllegalArgumentException.class,
                        () -> kernels.reduce(ElementType.FLOAT, Reduction.SUM, x, 0, 1024, y.asReadOnly(), 0));
            }
        }
        for (Kernels kernels : new Kernels[] {SCALAR, VECTOR}) {
            assertThrows(
                    IllegalStateException.class,
                    () -> kernels.reduce(ElementType.FLOAT, Reduction.SUM, closed, 0, 1024, closed, 0));
        }
    }

    @Test
    void compiledKernelsAllocateNothing() {
        var threads = (com.sun.management.ThreadMXBean) java.lang.management.ManagementFactory.getThreadMXBean();
        try (Arena arena = Arena.ofShared()) {
            int count = 20_480;
            MemorySegment x = Vectors.allocate(arena, Vectors.make(Kind.GAUSSIAN, count, 1));
            MemorySegment norms = Vectors.allocate(arena, count);
            MemorySegment packed = Vectors.allocate(arena, count * 4L);
            MemorySegment y = Vectors.allocate(arena, count * 4L);
            VectorStatistics totals = new VectorStatistics();
            Sources sources = new Sources(3);
            for (int rank = 0; rank < 3; rank++) {
                sources.set(rank, rank == 1 ? packed : x);
            }
            Draws draws = Draws.of(1, 2, 3, 0, 0);
            long id = Thread.currentThread().threadId();
            long least = Long.MAX_VALUE;
            // Compilation runs in the background, so the first rounds may still allocate.
            for (int round = 0; round < 300 && least > 0; round++) {
                long before = threads.getThreadAllocatedBytes(id);
                for (int i = 0; i < 10; i++) {
                    VECTOR.norms(x, 0, count, Norm.MAX, 9, norms, 0, totals);
                    VECTOR.quantize(x, 0, count, norms, 0, 9, 4, 0, draws, packed, 0);
                    VECTOR.quantize(x, 0, count, norms, 0, 9, 4, 0, null, packed, 0);
                    VECTOR.unpack(packed, 0, count, 4, 1, 7, norms, 0, 9, 7, Kernels.Store.SET, y, 0);
                    VECTOR.unpack(packed, 0, count, 4, 1, 7, norms, 0, 9, 7, Kernels.Store.ADD, y, 0);
                    VECTOR.sumCodes(packed, 0, count, 4);
                    VECTOR.reduce(ElementType.FLOAT, Reduction.SUM, x, 0, count, y, 0);
                    VECTOR.unpackAll(sources, 0, 3, 0, count, 4, 1, 7, norms, 0, 9, 7, true, y, 0);
                    VECTOR.addCodes(sources, 0, 3, 0, count, 4, true, y, 0, 6);
                    VECTOR.addCodes(sources, 0, 3, 0, count, 4, false, y, 0, 6);
                    VECTOR.addVotes(sources, 0, 3, 0, count, true, y, 0, 2);
                    VECTOR.decideVotes(y, 0, count, 2, 2, packed, 0);
                    VECTOR.reduceAll(ElementType.FLOAT, Reduction.SUM, sources, 0, 3, 0, count, true, y, 0);
                }
                least = Math.min(least, threads.getThreadAllocatedBytes(id) - before);
            }
            // The meter itself may cost a little; one boxed vector per block would cost 25 kB a round.
            assertTrue(least < 2_000, "bytes allocated by ten calls of each kernel: " + least);
        }
    }
}
