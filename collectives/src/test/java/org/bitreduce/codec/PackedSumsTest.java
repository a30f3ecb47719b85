// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.codec;

import static org.bitreduce.codec.KernelTwins.BOTH;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Sums and majorities of packed codes are those of integers that are counted one by one. */
class PackedSumsTest {

    /** Sums of three ranks' codes, in two steps, against integers that are packed one by one. */
    @ParameterizedTest(name = "{0} codes")
    @MethodSource("org.bitreduce.codec.KernelTwins#counts")
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
                    for (Kernels kernels : BOTH) {
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
                for (Kernels kernels : BOTH) {
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
}
