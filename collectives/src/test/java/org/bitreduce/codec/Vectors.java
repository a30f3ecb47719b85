// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.codec;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.SplittableRandom;

/** Inputs and memory of the kernel tests. */
final class Vectors {

    private static final float[] SPECIAL = {
        0f,
        -0f,
        Float.MIN_VALUE,
        -Float.MIN_VALUE,
        Float.MIN_NORMAL,
        1e-38f,
        1f,
        -1f,
        1e19f,
        Float.MAX_VALUE,
        -Float.MAX_VALUE
    };

    private Vectors() {}

    /** What a vector's elements look like. */
    enum Kind {
        /** Normal with variance 1. */
        GAUSSIAN,
        /** Half zeros of both signs. */
        SPARSE,
        /** All magnitudes from the smallest to the greatest. */
        SPECIAL,
        /** The same, and here and there NaN or infinity. */
        NON_FINITE,
        /** So small that a norm cannot be inverted. */
        TINY,
        /** Nothing but zeros. */
        ZERO
    }

    static float[] make(Kind kind, int count, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        float[] x = new float[count];
        for (int i = 0; i < count; i++) {
            x[i] = element(kind, random);
        }
        return x;
    }

    private static float element(Kind kind, SplittableRandom random) {
        return switch (kind) {
            case GAUSSIAN -> (float) random.nextGaussian();
            case SPARSE -> random.nextBoolean() ? (float) random.nextGaussian() : random.nextBoolean() ? 0f : -0f;
            case SPECIAL -> SPECIAL[random.nextInt(SPECIAL.length)];
            case NON_FINITE -> random.nextInt(200) == 0 ? nonFinite(random) : element(Kind.SPECIAL, random);
            case TINY -> random.nextInt(-3, 4) * Float.MIN_VALUE;
            case ZERO -> 0f;
        };
    }

    private static float nonFinite(SplittableRandom random) {
        return switch (random.nextInt(4)) {
            case 0 -> Float.NaN;
            case 1 -> Float.intBitsToFloat(0xffc00001); // NaN with a sign
            case 2 -> Float.POSITIVE_INFINITY;
            default -> Float.NEGATIVE_INFINITY;
        };
    }

    /** Exactly as long as the data, so that reading or writing one lane too many throws, and aligned to 4 bytes only. */
    static MemorySegment allocate(Arena arena, long bytes) {
        return arena.allocate(bytes + 4, 64).asSlice(4, bytes);
    }

    static MemorySegment allocate(Arena arena, float[] x) {
        return allocate(arena, x.length * 4L).copyFrom(MemorySegment.ofArray(x));
    }
}
