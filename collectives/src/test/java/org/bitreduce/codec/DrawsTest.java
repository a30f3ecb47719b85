// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Draws are uniform, and those of different roundings have nothing to do with each other. */
class DrawsTest {

    private static final int COUNT = 1 << 16;

    /** Neighbours of one rounding in each of its coordinates: what a run really draws side by side. */
    static Stream<Named<Draws>> neighbours() {
        return Stream.of(
                Named.of("rank", Draws.of(1, 10, 5, 0, 1)),
                Named.of("far rank", Draws.of(1, 10, 5, 0, 64)),
                Named.of("stage", Draws.of(1, 10, 5, 1, 0)),
                Named.of("operation", Draws.of(1, 11, 5, 0, 0)),
                Named.of("stream", Draws.of(1, 10, 6, 0, 0)),
                Named.of("seed", Draws.of(2, 10, 5, 0, 0)),
                Named.of("stream and operation swapped", Draws.of(1, 5, 10, 0, 0)));
    }

    private static final Draws BASE = Draws.of(1, 10, 5, 0, 0);

    private static int[] draws(Draws draws, long first) {
        int[] values = new int[COUNT];
        for (int i = 0; i < COUNT; i++) {
            values[i] = draws.draw(first + i);
        }
        return values;
    }

    /** 256 classes: the statistic has mean 255 and standard deviation 22.6; 6 of those are allowed. */
    @ParameterizedTest
    @ValueSource(longs = {0, 1L << 33, (1L << 45) + 512, (1L << 33) - COUNT / 2})
    void highAndLowBytesAreUniform(long first) {
        int[] values = draws(BASE, first);
        for (int shift : new int[] {0, 4, 8}) {
            int[] classes = new int[256];
            for (int value : values) {
                classes[(value >>> shift) & 255]++;
            }
            double chiSquare = 0;
            for (int observed : classes) {
                chiSquare += Math.pow(observed - COUNT / 256.0, 2) / (COUNT / 256.0);
            }
            assertTrue(Math.abs(chiSquare - 255) < 6 * Math.sqrt(2 * 255), "chi-square=" + chiSquare);
        }
    }

    /** 4096 cells of two neighbours' high bits, for neighbours in lane, row and block. */
    @ParameterizedTest
    @ValueSource(ints = {1, 15, 16, 17, 32, 512, 513})
    void neighboursAreIndependent(int distance) {
        int[] values = draws(BASE, 0);
        int[] cells = new int[4096];
        int pairs = COUNT - distance;
        for (int i = 0; i < pairs; i++) {
            cells[((values[i] >>> 10) << 6) | (values[i + distance] >>> 10)]++;
        }
        double chiSquare = 0;
        for (int observed : cells) {
            chiSquare += Math.pow(observed - pairs / 4096.0, 2) / (pairs / 4096.0);
        }
        assertTrue(Math.abs(chiSquare - 4095) < 6 * Math.sqrt(2 * 4095), "chi-square=" + chiSquare);
    }

    /** A correlation of independent draws has standard deviation 1/sqrt(n); 5 of those, also for shifted copies. */
    @ParameterizedTest
    @MethodSource("neighbours")
    void roundingsAreUncorrelated(Draws other) {
        int[] a = draws(BASE, 0);
        int[] b = draws(other, 0);
        for (int shift : new int[] {0, 1, 2, 15, 16, 17, 31, 32, 256, 512, 513, 1024, 4096, 8192}) {
            int n = COUNT - shift;
            double forward = 0;
            double backward = 0;
            for (int i = 0; i < n; i++) {
                forward += (a[i] - 32767.5) * (b[i + shift] - 32767.5);
                backward += (b[i] - 32767.5) * (a[i + shift] - 32767.5);
            }
            double variance = (65536.0 * 65536.0 - 1) / 12;
            double bound = 5 / Math.sqrt(n);
            assertTrue(
                    Math.abs(forward / n / variance) < bound,
                    "shift=" + shift + ", correlation=" + forward / n / variance);
            assertTrue(
                    Math.abs(backward / n / variance) < bound,
                    "shift=-" + shift + ", correlation=" + backward / n / variance);
        }
    }

    /**
     * Two keys never give each other's sequence from another place on. Eight draws in a row are 128 bits; among 2^20 of
     * them one agreement by chance has probability 2^-89.
     */
    @Test
    void noRoundingRepeatsAPieceOfAnother() {
        List<Draws> roundings = new ArrayList<>(List.of(BASE));
        neighbours().forEach(named -> roundings.add(named.getPayload()));
        Set<List<Integer>> seen = new HashSet<>();
        int pieces = 0;
        for (Draws rounding : roundings) {
            for (int block = 0; block < 2048; block++) {
                List<Integer> piece = new ArrayList<>();
                for (int i = 0; i < 8; i++) {
                    piece.add(rounding.draw(block * 16L + i));
                }
                seen.add(piece);
                pieces++;
            }
        }
        assertEquals(pieces, seen.size());
    }

    /** All coordinates count, whole: no two of these calls share a key. */
    @Test
    void keysOfDifferentCoordinatesDiffer() {
        Set<Long> keys = new HashSet<>();
        int calls = 0;
        long[] numbers = {0, 1, 2, 3, -1, 1L << 32, Long.MIN_VALUE};
        for (long seed : numbers) {
            for (long operation : numbers) {
                for (long stream : numbers) {
                    for (int stage = 0; stage < 2; stage++) {
                        for (int rank = 0; rank < 5; rank++) {
                            keys.add(Draws.of(seed, operation, stream, stage, rank)
                                    .key());
                            calls++;
                        }
                    }
                }
            }
        }
        assertEquals(calls, keys.size());
    }

    @Test
    void theSameCoordinatesGiveTheSameDraws() {
        assertArrayEquals(draws(BASE, 77), draws(Draws.of(1, 10, 5, 0, 0), 77));
        assertNotEquals(BASE.draw(0), BASE.draw(16));
    }

    /** Fixed for ever: a change of these is a new {@link Draws#VERSION}. */
    @Test
    void theGeneratorIsPinned() {
        int[] first = new int[4];
        long[] elements = {0, 16, 511, (1L << 40) + 3};
        for (int i = 0; i < elements.length; i++) {
            first[i] = BASE.draw(elements[i]);
        }
        assertEquals(1, Draws.VERSION);
        assertEquals(0xe220a8397b1dcdafL, Draws.mix64(0x9e3779b97f4a7c15L)); // SplitMix64's first number for seed 0
        assertArrayEquals(new int[] {45718, 23312, 52784, 13258}, first);
    }
}
