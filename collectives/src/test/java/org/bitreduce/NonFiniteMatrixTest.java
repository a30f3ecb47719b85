// SPDX-License-Identifier: Apache-2.0
package org.bitreduce;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** NaN and both infinities, at every kind of place, on every rank in turn, in every mode, under each policy. */
@Timeout(60)
class NonFiniteMatrixTest {

    private static final int SIZE = 3;
    private static final int COUNT = 1500;
    private static final int BUCKET = 512;

    /** First and last of the vector, of a bucket, and of a rank's part. */
    private static final int[] PLACES = {0, 1, 511, 512, 1023, 1024, COUNT - 1};

    private static final float[] BAD = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY};

    /** All but votes: signs have no buckets. */
    private static final Set<Mode> MODES = EnumSet.complementOf(EnumSet.of(Mode.VOTE));

    /** What one entry is about. */
    private record Entry(float bad, int place, int rank, Mode mode) {

        Codec codec() {
            return mode == Mode.PLAIN ? Codec.plain() : Codec.uniform(4);
        }

        /** Makes the call; returns the input, or the result over it. */
        float[] call(Communicator world, float badValue) {
            float[] data = AllReduceTest.Inputs.gaussian(COUNT, world.rank(), 0);
            if (world.rank() == rank) {
                data[place] = badValue;
            }
            MemorySegment segment = MemorySegment.ofArray(data);
            CallOptions options = CallOptions.DEFAULT.withMode(mode == Mode.PLAIN ? null : mode);
            world.allReduce(segment, segment, COUNT, ElementType.FLOAT, Reduction.SUM, codec(), options);
            return data;
        }
    }

    /** What a policy promises of one entry. */
    private interface Promise {
        void check(Communicator world, Entry entry);
    }

    private static int runAll(Communicator world, Promise promise) {
        int entries = 0;
        for (Mode mode : MODES) {
            for (float bad : BAD) {
                for (int place : PLACES) {
                    for (int rank = 0; rank < SIZE; rank++) {
                        promise.check(world, new Entry(bad, place, rank, mode));
                        entries++;
                    }
                }
            }
        }
        return entries;
    }

    @ParameterizedTest
    @EnumSource(NonFinitePolicy.class)
    void everyPolicyDoesAsItSays(NonFinitePolicy policy) {
        Promise promise = switch (policy) {
            case THROW -> NonFiniteMatrixTest::namedOnEveryRank;
            case PROPAGATE -> NonFiniteMatrixTest::markedWhereItIs;
            case ZERO -> NonFiniteMatrixTest::countedAsZero;
        };
        CommunicatorOptions options = RankThreads.OPTIONS.withNonFinite(policy);
        List<Integer> entries = RankThreads.run(SIZE, options, world -> runAll(world, promise));
        System.out.printf(
                "non-finite elements, policy %s: %d calls (%d values, %d places, %d ranks, %d modes)%n",
                policy, entries.get(0), BAD.length, PLACES.length, SIZE, MODES.size());
        assertEquals(BAD.length * PLACES.length * SIZE * MODES.size(), entries.get(0));
    }

    private static void namedOnEveryRank(Communicator world, Entry entry) {
        var e = assertThrows(NonFiniteException.class, () -> entry.call(world, entry.bad), entry::toString);
        String expected = "rank %d has 1, the first at index %d".formatted(entry.rank, entry.place);
        assertTrue(e.getMessage().contains(expected), () -> entry + ": " + e.getMessage());
        assertTrue(e.isClean(), entry::toString);
    }

    /** Codes have no infinity: the bucket's scale says that something in it was lost. Floats carry it by themselves. */
    private static void markedWhereItIs(Communicator world, Entry entry) {
        float[] result = entry.call(world, entry.bad);
        for (int i = 0; i < COUNT; i++) {
            boolean marked = entry.mode == Mode.PLAIN ? i == entry.place : i / BUCKET == entry.place / BUCKET;
            assertEquals(marked, !Float.isFinite(result[i]), "%s, element %d: %s".formatted(entry, i, result[i]));
            assertTrue(entry.mode == Mode.PLAIN || !marked || Float.isNaN(result[i]), entry::toString);
        }
        assertTrue(entry.mode != Mode.PLAIN || Float.compare(result[entry.place], entry.bad) == 0, entry::toString);
    }

    private static void countedAsZero(Communicator world, Entry entry) {
        float[] result = entry.call(world, entry.bad);
        if (entry.mode == Mode.PLAIN) {
            assertArrayEquals(entry.call(world, 0), result, entry.toString());
        }
        for (float element : result) {
            assertTrue(Float.isFinite(element), entry::toString);
        }
    }
}
