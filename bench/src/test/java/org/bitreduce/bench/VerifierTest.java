// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.util.List;
import org.bitreduce.Codec;
import org.bitreduce.ElementType;
import org.bitreduce.Mode;
import org.bitreduce.Norm;
import org.bitreduce.Reduction;
import org.bitreduce.Rounding;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class VerifierTest {

    private static final int RANKS = 3;
    private static final int COUNT = 512 * 7 + 13;
    private static final BenchData DATA = new BenchData(42);

    private static MemorySegment reduced(Codec codec, Mode mode) throws Exception {
        return Ranks.run(RANKS, world -> {
                    MemorySegment data = world.allocate(COUNT * 4L);
                    DATA.fill(data, world.rank());
                    world.allReduce(
                            data,
                            data,
                            COUNT,
                            ElementType.FLOAT,
                            Reduction.SUM,
                            codec,
                            org.bitreduce.CallOptions.DEFAULT.withMode(mode));
                    return MemorySegment.ofArray(data.toArray(JAVA_FLOAT));
                })
                .get(1);
    }

    private static ErrorTally verify(MemorySegment result, Codec codec, Mode mode) {
        ErrorTally tally = new ErrorTally();
        int bucket = codec.isPlain() ? 512 : 1 << codec.log2Bucket();
        for (int share = 0; share < RANKS; share++) {
            new Verifier(bucket, share, RANKS).check(result, 0, new SumExpectation(DATA, RANKS, codec, mode), tally);
        }
        return tally;
    }

    @ParameterizedTest
    @EnumSource(
            value = Mode.class,
            names = {"TWOSHOT", "EXACT", "GATHER"})
    void rightResultsPassAndBoundsAreNotIdle(Mode mode) throws Exception {
        for (int bits : new int[] {2, 3, 4, 8, 16}) {
            for (Norm norm : List.of(Norm.MAX, Norm.EUCLIDEAN)) {
                Codec codec = new Codec(bits, norm, bits == 4 ? 6 : 9, Rounding.STOCHASTIC);
                ErrorTally tally = verify(reduced(codec, mode), codec, mode);
                String where = "bits=%d, norm=%s, mode=%s, maxError=%s".formatted(bits, norm, mode, tally.maxError());
                assertEquals(0, tally.wrong(), where);
                // Within its bound, but not by far: sharper bounds by a factor of eight would be broken.
                double levels = codec.levels();
                assertTrue(tally.maxError() > (norm == Norm.MAX ? 3.0 : 30.0) / levels / 8, where);
            }
        }
    }

    @Test
    void plainSumsPassAndAnotherModesBoundIsTooNarrow() throws Exception {
        assertEquals(
                0,
                verify(reduced(Codec.plain(), Mode.PLAIN), Codec.plain(), Mode.PLAIN)
                        .wrong());
        MemorySegment quantized = reduced(Codec.uniform(8), Mode.TWOSHOT);
        assertTrue(verify(quantized, Codec.plain(), Mode.PLAIN).wrong() > COUNT / 2);
    }

    @ParameterizedTest
    @EnumSource(value = Mode.class, mode = EnumSource.Mode.EXCLUDE, names = "VOTE") // does not add
    void findsOneWrongElement(Mode mode) throws Exception {
        Codec codec = mode == Mode.PLAIN ? Codec.plain() : Codec.uniform(4);
        for (int at : new int[] {0, 511, 512, COUNT - 1}) {
            MemorySegment result = reduced(codec, mode);
            double off = mode == Mode.PLAIN ? 1e-4 : 2 * RANKS * 4.0 / codec.levels() + 2;
            result.setAtIndex(JAVA_FLOAT, at, (float) (result.getAtIndex(JAVA_FLOAT, at) + off));
            assertEquals(1, verify(result, codec, mode).wrong(), "at=" + at);
            result.setAtIndex(JAVA_FLOAT, at, Float.NaN);
            assertEquals(1, verify(result, codec, mode).wrong(), "NaN at=" + at);
        }
    }

    @Test
    void copiesOfPlainFloatsMustBeExact() {
        MemorySegment copy = MemorySegment.ofArray(new float[1000]);
        DATA.fill(copy, 1);
        ErrorTally tally = new ErrorTally();
        CopyExpectation expectation = new CopyExpectation(DATA, 1, Codec.plain());
        new Verifier(512, 0, 1).check(copy, 0, expectation, tally);
        assertEquals(0, tally.wrong());
        copy.setAtIndex(JAVA_FLOAT, 999, Math.nextUp(copy.getAtIndex(JAVA_FLOAT, 999)));
        new Verifier(512, 0, 1).check(copy, 0, expectation, tally);
        assertEquals(1, tally.wrong());
    }

    @Test
    void dataLooksLikeAGradient() {
        double sum = 0;
        double squares = 0;
        int count = 100_000;
        for (int i = 0; i < count; i++) {
            float value = DATA.value(2, i);
            assertTrue(Math.abs(value) <= 4);
            sum += value;
            squares += value * value;
        }
        // The variance of four uniform numbers of width 2; five standard errors.
        double variance = 4.0 / 3;
        assertEquals(0, sum / count, 5 * Math.sqrt(variance / count));
        assertEquals(variance, squares / count, 0.05);
        assertTrue(DATA.value(0, 5) != DATA.value(1, 5) && DATA.value(0, 5) != DATA.value(0, 6));
    }
}
