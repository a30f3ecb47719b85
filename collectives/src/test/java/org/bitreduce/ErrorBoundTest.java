// SPDX-License-Identifier: Apache-2.0
package org.bitreduce;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@link Codec#within} and {@link Codec#withinAbsolute} keep what they promise. */
@Timeout(60)
class ErrorBoundTest {

    private static final int SIZE = 3;
    private static final int COUNT = 3000;

    /** Shapes on which bounds are loose or tight: heavy tails, few non-zero elements, equal vectors, constants. */
    private static float[] vector(String shape, int rank, long seed) {
        Random random = new Random(seed * 31 + (shape.equals("equal") ? 0 : rank));
        float[] x = new float[COUNT];
        for (int i = 0; i < COUNT; i++) {
            double g = random.nextGaussian();
            x[i] = (float)
                    switch (shape) {
                        case "heavy" -> g * g * g;
                        case "sparse" -> i % 97 == 0 ? g : 0;
                        case "constant" -> 0.7;
                        default -> g;
                    };
        }
        return x;
    }

    static Stream<Arguments> cases() {
        return Stream.of("gaussian", "heavy", "sparse", "equal", "constant")
                .flatMap(shape ->
                        Stream.of(Mode.TWOSHOT, Mode.EXACT, Mode.GATHER).map(mode -> Arguments.of(shape, mode)));
    }

    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("cases")
    void keepsTheBoundWithWhateverSeed(String shape, Mode mode) {
        CallOptions options = CallOptions.DEFAULT.withMode(mode);
        for (long seed = 1; seed <= 12; seed++) {
            long s = seed;
            float[][] x = {vector(shape, 0, s), vector(shape, 1, s), vector(shape, 2, s)};
            RankThreads.run(SIZE, RankThreads.OPTIONS.withSeed(s), world -> {
                for (double bound : new double[] {0.3, 0.02, 0.002}) {
                    float[] relative = x[world.rank()].clone();
                    Data data = Data.of(relative);
                    Outcome o = world.allReduce(data, data, Reduction.MEAN, Codec.within(bound), options);
                    double error = error(x, relative)[0] / rms(x);
                    assertTrue(error <= bound, "seed %d, %d bits: %g > %g".formatted(s, o.bits(), error, bound));
                    float[] absolute = x[world.rank()].clone();
                    data = Data.of(absolute);
                    o = world.allReduce(data, data, Reduction.MEAN, Codec.withinAbsolute(bound), options);
                    error = error(x, absolute)[1];
                    assertTrue(error <= bound, "seed %d, %d bits: %g > %g".formatted(s, o.bits(), error, bound));
                }
                return null;
            });
        }
    }

    /** {@return L2 norm and greatest magnitude of the difference from the exact mean} */
    private static double[] error(float[][] x, float[] result) {
        double squares = 0;
        double max = 0;
        for (int i = 0; i < COUNT; i++) {
            double difference = result[i] - ((double) x[0][i] + x[1][i] + x[2][i]) / SIZE;
            squares += difference * difference;
            max = Math.max(max, Math.abs(difference));
        }
        return new double[] {Math.sqrt(squares), max};
    }

    private static double rms(float[][] x) {
        double squares = 0;
        for (float[] vector : x) {
            for (float value : vector) {
                squares += (double) value * value;
            }
        }
        return Math.sqrt(squares / SIZE);
    }

    /** A gather rounds once, so the bound is that of the result itself, and one bit less would break its formula. */
    @ParameterizedTest
    @ValueSource(doubles = {0.5, 0.1, 0.01, 1e-3, 2e-4})
    void takesTheFewestBits(double bound) {
        List<Integer> bits = RankThreads.run(SIZE, world -> {
            float[] mine = vector("gaussian", world.rank(), 5);
            float[] all = new float[SIZE * COUNT];
            Outcome o = world.allGather(Data.of(mine), Data.of(all), Codec.within(bound), CallOptions.DEFAULT);
            double squares = 0;
            double scales = 0;
            for (int r = 0; r < SIZE; r++) {
                float[] x = vector("gaussian", r, 5);
                for (int from = 0; from < COUNT; from += 512) {
                    float max = 0;
                    for (int i = from; i < Math.min(COUNT, from + 512); i++) {
                        max = Math.max(max, Math.abs(x[i]));
                        squares += (double) x[i] * x[i];
                    }
                    scales += (double) max * max * (Math.min(COUNT, from + 512) - from);
                }
            }
            double promised = Math.sqrt(scales / squares) * 1.01;
            assertTrue(promised / o.codec().levels() <= bound);
            if (o.bits() > 2) {
                int fewer = o.bits() == 32 ? 16 : o.bits() - 1;
                assertFalse(promised / Codec.uniform(fewer).levels() <= bound);
            }
            return o.bits();
        });
        assertEquals(1, bits.stream().distinct().count());
    }

    @Test
    void takesPlainElementsWhereNoWidthKeepsTheBound() {
        RankThreads.run(2, world -> {
            float[] data = vector("gaussian", world.rank(), 1);
            assertTrue(world.allReduce(data, Reduction.MEAN, Codec.within(1e-7))
                    .codec()
                    .isPlain());
            double[] doubles = {1, 2, 3};
            assertTrue(world.allReduce(doubles, Reduction.SUM, Codec.within(1e-12))
                    .codec()
                    .isPlain());
            assertEquals(4, doubles[1]);
            float[] huge = {1e30f, 2e30f};
            assertTrue(world.allReduce(huge, Reduction.MEAN, Codec.within(0.1))
                    .codec()
                    .isPlain());
            float[] zeros = new float[10];
            assertEquals(
                    2, world.allReduce(zeros, Reduction.MEAN, Codec.within(0.1)).bits());
            return null;
        });
    }

    @Test
    void refusesWhatIsNoError() {
        for (double error : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
            String message = assertThrows(IllegalArgumentException.class, () -> Codec.within(error))
                    .getMessage();
            assertTrue(message.contains("error=" + error), message);
            assertThrows(IllegalArgumentException.class, () -> Codec.withinAbsolute(error));
        }
    }

    @Test
    void differentBoundsAreDifferentCalls() {
        RankThreads.run(2, world -> {
            float[] data = new float[10];
            assertThrows(
                    MismatchException.class,
                    () -> world.allReduce(data, Reduction.MEAN, Codec.within(0.1 + world.rank())));
            return null;
        });
    }
}
