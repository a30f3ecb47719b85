// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.stream.Stream;
import org.bitreduce.Codec;
import org.bitreduce.Norm;
import org.bitreduce.codec.Vectors.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The quantizer of DQ-SGD: its levels, its mean, its variance, its bound. */
class QuantizerMathTest {

    private static final Kernels KERNELS = Kernels.best();
    private static final int DRAWS = 100_000;

    /** Gradient, norm, bits; norm's value, s |g| / norm, total variance, bound d / 4s^2 ||g||^2. */
    static Stream<Arguments> table() {
        return Stream.of(
                row(new float[] {3, -4}, Norm.EUCLIDEAN, 3, 5, new double[] {1.8, 2.4}, 1.11111, 1.38889),
                row(new float[] {3, -4}, Norm.MAX, 3, 4, new double[] {2.25, 3}, 0.33333, 0.88889),
                row(new float[] {1, -2, 2}, Norm.EUCLIDEAN, 2, 3, new double[] {1 / 3.0, 2 / 3.0, 2 / 3.0}, 6.0, 6.75),
                row(
                        new float[] {1, -2, 2},
                        Norm.EUCLIDEAN,
                        4,
                        3,
                        new double[] {7 / 3.0, 14 / 3.0, 14 / 3.0},
                        0.122449,
                        0.137755),
                row(
                        new float[] {.5f, -.25f, .125f, 1},
                        Norm.MAX,
                        3,
                        1,
                        new double[] {1.5, .75, .375, 3},
                        0.0746528,
                        0.111111));
    }

    private static Arguments row(
            float[] g, Norm norm, int bits, double value, double[] positions, double variance, double bound) {
        return Arguments.of(g, norm, bits, value, positions, variance, bound);
    }

    /** Every copy of the gradient is a draw of its own: mean within 4.5 standard errors, variance within 3 %. */
    @ParameterizedTest(name = "{0} {1} {2} bits")
    @MethodSource("table")
    void levelsProbabilitiesAndVarianceAreThoseOfTheTable(
            float[] g, Norm norm, int bits, double value, double[] positions, double variance, double bound) {
        int levels = (1 << (bits - 1)) - 1;
        assertEquals(value, norm(g, norm), 1e-6);
        int d = g.length;
        float[] copies = new float[DRAWS * d];
        for (int i = 0; i < copies.length; i++) {
            copies[i] = g[i % d];
        }
        int[] codes = codes(copies, (float) value, bits, Draws.of(7, 0, 0, 0, 0));
        double step = value / levels;
        double total = 0;
        for (int i = 0; i < d; i++) {
            double floor = Math.floor(positions[i] + 1e-9);
            double up = positions[i] - floor;
            double sum = 0;
            for (int draw = 0; draw < DRAWS; draw++) {
                int level = (int) Math.signum(g[i]) * (codes[draw * d + i] - levels);
                assertTrue(level == floor || (level == floor + 1 && up > 1e-9), "level=" + level + ", i=" + i);
                sum += level;
                total += Math.pow(level * step - Math.abs(g[i]), 2) / DRAWS;
            }
            // A draw of 16 bits moves a probability by at most 2^-16.
            double error = 4.5 * Math.sqrt(up * (1 - up) / DRAWS) + 0x1p-16;
            assertEquals(positions[i], sum / DRAWS, error, "i=" + i);
        }
        assertEquals(variance, total, 0.03 * variance);
        assertTrue(total <= 1.03 * bound, "variance=" + total + ", bound=" + bound);
    }

    /** Round up iff the uniform number is less than the fraction: levels 2, -5, 4 of the paper's notation. */
    @Test
    void givenDrawsRoundUpExactlyWhenTheyAreLessThanTheFraction() {
        float[] g = {1, -2, 2};
        double[] uniform = {0.5, 0.1, 0.9};
        int[] expected = {2, -5, 4};
        for (int i = 0; i < g.length; i++) {
            double position = 7 * Math.abs(g[i]) / 3;
            int level = (int) position + (uniform[i] < position - (int) position ? 1 : 0);
            assertEquals(expected[i], Math.signum(g[i]) * level);
        }
        // The kernel's rule is the same one, with u = 1 - (draw + 1) / 2^16.
        float[] x = Vectors.make(Kind.GAUSSIAN, 5000, 3);
        Draws draws = Draws.of(3, 1, 4, 1, 5);
        float norm = (float) norm(x, Norm.MAX);
        int[] codes = codes(x, norm, 4, draws);
        for (int i = 0; i < x.length; i++) {
            double position = Math.rint(7.0 * 65536 / norm * Math.abs(x[i])) / 65536;
            double u = 1 - (draws.draw(i) + 1) * 0x1p-16;
            double fraction = position - Math.floor(position);
            if (Math.abs(fraction - u) > 0x1p-15) { // nearer, and the float product's last bit decides
                int level = (int) position + (u < fraction ? 1 : 0);
                assertEquals(x[i] < 0 ? 7 - level : 7 + level, codes[i], "i=" + i);
            }
        }
    }

    /** The mean over positions is 1/6 of a squared step per element, never more than 1/4. */
    @ParameterizedTest(name = "{0} bits")
    @ValueSource(ints = {2, 3, 4, 5, 6, 8})
    void errorIsWithinTheBound(int bits) {
        int levels = (1 << (bits - 1)) - 1;
        float[] x = Vectors.make(Kind.GAUSSIAN, 200_000, 11);
        double norm = norm(x, Norm.MAX);
        double step = norm / levels;
        int[] codes = codes(x, (float) norm, bits, Draws.of(7, 0, 0, 0, 0));
        double exact = 0;
        double found = 0;
        for (int i = 0; i < x.length; i++) {
            double position = Math.abs(x[i]) / step;
            double fraction = position - Math.floor(position);
            exact += step * step * fraction * (1 - fraction);
            found += Math.pow((codes[i] - levels) * step - x[i], 2);
            assertTrue(Math.abs((codes[i] - levels) * step - x[i]) < step * 1.0001);
        }
        assertEquals(exact, found, 0.03 * exact);
        assertTrue(found <= x.length * step * step / 4 * 1.03);
        if (bits >= 4) {
            double share = exact / (x.length * step * step);
            assertTrue(share > 0.165 && share < 0.1685, "share=" + share);
        }
    }

    @Test
    void nearestRoundingIsAtMostHalfAStepOff() {
        float[] x = Vectors.make(Kind.GAUSSIAN, 10_000, 12);
        double norm = norm(x, Norm.MAX);
        for (int bits = 2; bits <= 12; bits++) {
            int levels = (1 << (bits - 1)) - 1;
            int[] codes = codes(x, (float) norm, bits, null);
            for (int i = 0; i < x.length; i++) {
                assertEquals(x[i], (codes[i] - levels) * norm / levels, norm / levels * 0.50005);
            }
        }
    }

    @Test
    void nearestRoundingTakesHalvesAwayFromZero() {
        assertArrayEquals(new int[] {3 + 2, 3 - 2, 3 + 3}, codes(new float[] {1.5f, -1.5f, 3}, 3, 3, null));
    }

    /** TernGrad without clipping: 0, or the norm with the element's sign and probability |g| / norm. */
    @Test
    void twoBitsWithTheMaxNormAreTernGrad() {
        float[] x = Vectors.make(Kind.GAUSSIAN, 4096, 13);
        float norm = (float) norm(x, Norm.MAX);
        Draws draws = Draws.of(9, 9, 9, 0, 9);
        int[] codes = codes(x, norm, 2, draws);
        int ones = 0;
        double expected = 0;
        for (int i = 0; i < x.length; i++) {
            int ternary = codes[i] - 1;
            assertTrue(ternary == 0 || ternary == (int) Math.signum(x[i]), "i=" + i + ", ternary=" + ternary);
            ones += Math.abs(ternary);
            expected += Math.abs(x[i]) / norm;
        }
        assertEquals(expected, ones, 4.5 * Math.sqrt(x.length / 4.0));
    }

    /** The greatest element is a level by itself: no draw moves it. */
    @Test
    void theGreatestElementIsExact() {
        float[] x = new float[1024];
        java.util.Arrays.fill(x, -0.3f);
        for (int bits = 2; bits <= 16; bits++) {
            int levels = (1 << (bits - 1)) - 1;
            for (int code : codes(x, 0.3f, bits, Draws.of(bits, 2, 3, 0, 0))) {
                assertEquals(0, code, "bits=" + bits);
            }
            x[0] = 0.3f;
            assertEquals(2 * levels, codes(x, 0.3f, bits, Draws.of(bits, 2, 3, 0, 0))[0]);
            x[0] = -0.3f;
        }
    }

    @Test
    void aZeroOrTinyNormGivesZero() {
        for (Kind kind : new Kind[] {Kind.ZERO, Kind.TINY}) {
            float[] x = Vectors.make(kind, 700, 3);
            for (float value : decoded(x, Norm.MAX, 4)) {
                assertEquals(0f, value);
            }
        }
    }

    @Test
    void aNonFiniteElementMakesItsBucketNaNAndNoOther() {
        float[] x = Vectors.make(Kind.GAUSSIAN, 1536, 3);
        x[600] = Float.POSITIVE_INFINITY;
        float[] y = decoded(x, Norm.MAX, 4);
        for (int i = 0; i < x.length; i++) {
            assertEquals(i / 512 == 1, Float.isNaN(y[i]), "i=" + i);
        }
    }

    /** From magnitudes of 1.8e19 on squares overflow; sums of magnitudes overflow near the greatest float. */
    @ParameterizedTest
    @ValueSource(ints = {1, 15, 100, 512, 1500})
    void sumsThatOverflowGiveTheGreatestFloatAndNoNaN(int count) {
        float[] large = new float[count];
        Arrays.fill(large, 3e19f);
        float[] huge = new float[count];
        Arrays.fill(huge, -Float.MAX_VALUE);
        for (Kernels kernels : new Kernels[] {new ScalarKernels(), new VectorKernels()}) {
            for (float[] x : new float[][] {large, huge}) {
                assertEquals(Float.MAX_VALUE, norm(kernels, x, Norm.EUCLIDEAN));
            }
            assertEquals(Float.MAX_VALUE, norm(kernels, huge, Norm.MEAN_MAGNITUDE));
            assertEquals(3e19f, norm(kernels, large, Norm.MEAN_MAGNITUDE), 1e14f);
        }
        for (int bits : new int[] {2, 4, 8}) {
            for (float value : decoded(large, Norm.EUCLIDEAN, bits)) {
                assertTrue(Float.isFinite(value), () -> "bits=" + bits + ", value=" + value);
            }
        }
        for (float value : decoded(huge, Norm.MEAN_MAGNITUDE, 1)) {
            assertEquals(-Float.MAX_VALUE, value);
        }
        huge[count - 1] = Float.NEGATIVE_INFINITY;
        assertEquals(Double.NaN, norm(huge, Norm.EUCLIDEAN));
        assertEquals(Double.NaN, norm(huge, Norm.MEAN_MAGNITUDE));
    }

    /** One bit: the sign times the mean magnitude; both zeros are positive. */
    @Test
    void oneBitIsTheSign() {
        float[] x = {3, -1, 0, -0f, -4, 1, -0.5f, 0.5f};
        float[] y = decoded(x, Norm.MEAN_MAGNITUDE, 1);
        float mean = 10f / 8;
        assertArrayEquals(new float[] {mean, -mean, mean, mean, -mean, mean, -mean, mean}, y);
        assertArrayEquals(new float[] {1, -1, 1, 1, -1, 1, -1, 1}, decoded(x, Norm.UNIT, 1));
    }

    /** Sums of codes decode to the mean of the decoded vectors: what {@code exact} rests on. */
    @Test
    void sumsOfCodesDecodeToTheMean() {
        int ranks = 5;
        int count = 1000;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment wide = Vectors.allocate(arena, PackedLayout.packedBytes(count, 7));
            MemorySegment norms = Vectors.allocate(arena, new float[] {4, 4});
            double[] mean = new double[count];
            MemorySegment packed = Vectors.allocate(arena, PackedLayout.packedBytes(count, 4));
            Sources own = new Sources(1);
            own.set(0, packed);
            for (int rank = 0; rank < ranks; rank++) {
                MemorySegment x = Vectors.allocate(arena, Vectors.make(Kind.GAUSSIAN, count, rank));
                KERNELS.quantize(x, 0, count, norms, 0, 9, 4, 0, Draws.of(1, 2, 3, 0, rank), packed, 0);
                KERNELS.addCodes(own, 0, 1, 0, count, 4, rank == 0, wide, 0, 7);
                KERNELS.unpack(packed, 0, count, 4, 1, 7, norms, 0, 9, 7, Kernels.Store.SET, x, 0);
                for (int i = 0; i < count; i++) {
                    mean[i] += x.getAtIndex(ValueLayout.JAVA_FLOAT, i) / (double) ranks;
                }
            }
            MemorySegment y = Vectors.allocate(arena, count * 4L);
            KERNELS.unpack(wide, 0, count, 7, 1, 7 * ranks, norms, 0, 9, 7.0 * ranks, Kernels.Store.SET, y, 0);
            for (int i = 0; i < count; i++) {
                assertEquals(mean[i], y.getAtIndex(ValueLayout.JAVA_FLOAT, i), 1e-6);
            }
        }
    }

    private static double norm(float[] x, Norm norm) {
        return norm(KERNELS, x, norm);
    }

    private static float norm(Kernels kernels, float[] x, Norm norm) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment norms = Vectors.allocate(arena, 4);
            MemorySegment in = Vectors.allocate(arena, x);
            kernels.norms(in, 0, x.length, norm, Codec.WHOLE_VECTOR, norms, 0, new VectorStatistics());
            return norms.get(ValueLayout.JAVA_FLOAT, 0);
        }
    }

    private static int[] codes(float[] x, float norm, int bits, Draws draws) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment norms = Vectors.allocate(arena, new float[] {norm});
            MemorySegment packed = Vectors.allocate(arena, PackedLayout.packedBytes(x.length, bits));
            MemorySegment in = Vectors.allocate(arena, x);
            KERNELS.quantize(in, 0, x.length, norms, 0, Codec.WHOLE_VECTOR, bits, 0, draws, packed, 0);
            int[] codes = new int[x.length];
            Arrays.setAll(codes, i -> ScalarPacking.get(packed, 0, i, bits));
            return codes;
        }
    }

    private static float[] decoded(float[] x, Norm norm, int bits) {
        try (Arena arena = Arena.ofConfined()) {
            int count = x.length;
            int levels = bits == 1 ? 1 : (1 << (bits - 1)) - 1;
            MemorySegment norms = Vectors.allocate(arena, PackedLayout.buckets(count, 9) * 4);
            MemorySegment packed = Vectors.allocate(arena, PackedLayout.packedBytes(count, bits));
            MemorySegment in = Vectors.allocate(arena, x);
            KERNELS.norms(in, 0, count, norm, 9, norms, 0, new VectorStatistics());
            KERNELS.quantize(in, 0, count, norms, 0, 9, bits, 0, Draws.of(1, 2, 3, 0, 0), packed, 0);
            int slope = bits == 1 ? 2 : 1;
            KERNELS.unpack(packed, 0, count, bits, slope, levels, norms, 0, 9, levels, Kernels.Store.SET, in, 0);
            return in.toArray(ValueLayout.JAVA_FLOAT);
        }
    }
}
