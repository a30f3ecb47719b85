// SPDX-License-Identifier: Apache-2.0
package org.bitreduce;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Wrong arguments, NaN, and ranks that do not come; {@link MismatchMatrixTest} has calls that differ. */
class FailureTest {

    /** A controller that says the same of itself whatever it chooses. */
    private record Chooser(Codec prototype, Supplier<Codec> choice) implements CodecChooser {
        @Override
        public Codec choose(AgreedStatistics agreed) {
            return choice.get();
        }

        @Override
        public long fingerprint() {
            return 1;
        }
    }

    private static void call(
            Communicator world, float[] data, int count, Reduction reduction, Codec codec, CallOptions options) {
        MemorySegment segment = MemorySegment.ofArray(data);
        world.allReduce(segment, segment, count, ElementType.FLOAT, reduction, codec, options);
    }

    @Test
    void nonFiniteElementsAreNamedOnEveryRankAndNothingIsWritten() {
        for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
            RankThreads.run(3, world -> {
                for (Codec codec : List.of(Codec.plain(), Codec.uniform(2))) {
                    float[] x = new float[2000];
                    if (world.rank() == 2) {
                        x[1234] = bad;
                        x[1999] = bad;
                    }
                    float[] y = new float[2000];
                    NonFiniteException e = assertThrows(
                            NonFiniteException.class,
                            () -> world.allReduce(
                                    MemorySegment.ofArray(x),
                                    MemorySegment.ofArray(y),
                                    2000,
                                    ElementType.FLOAT,
                                    Reduction.SUM,
                                    codec,
                                    CallOptions.DEFAULT));
                    assertTrue(e.getMessage().contains("rank 2 has 2, the first at index 1234"), e.getMessage());
                    assertArrayEquals(new float[2000], y);
                }
                world.barrier();
                return null;
            });
        }
    }

    @Test
    void propagateMarksTheBucketAndZeroDropsTheElement() {
        for (Mode mode : new Mode[] {Mode.TWOSHOT, Mode.EXACT, Mode.GATHER}) {
            RankThreads.run(2, RankThreads.OPTIONS.withNonFinite(NonFinitePolicy.PROPAGATE), world -> {
                float[] y = oneBadElement(world, mode);
                for (int i = 0; i < y.length; i++) {
                    assertEquals(i >= 512 && i < 1024, Float.isNaN(y[i]), mode + ", element " + i);
                }
                return null;
            });
            RankThreads.run(2, RankThreads.OPTIONS.withNonFinite(NonFinitePolicy.ZERO), world -> {
                float[] y = oneBadElement(world, mode);
                for (float v : y) {
                    assertTrue(Float.isFinite(v));
                }
                return null;
            });
        }
    }

    private static float[] oneBadElement(Communicator world, Mode mode) {
        float[] x = AllReduceTest.Inputs.gaussian(2000, world.rank(), 0);
        if (world.rank() == 1) {
            x[700] = Float.NaN;
        }
        MemorySegment s = MemorySegment.ofArray(x);
        world.allReduce(
                s, s, 2000, ElementType.FLOAT, Reduction.SUM, Codec.uniform(4), CallOptions.DEFAULT.withMode(mode));
        return x;
    }

    @Test
    void anAbsentRankIsNamedAndTheGroupStaysFailed() {
        CommunicatorOptions impatient = RankThreads.OPTIONS.withDeadline(Duration.ofMillis(300));
        CountDownLatch failed = new CountDownLatch(2);
        RankThreads.run(3, impatient, world -> {
            if (world.rank() == 1) {
                failed.await(); // computes, as far as the others can tell
                return null;
            }
            CollectiveException first = assertThrows(CollectiveException.class, world::barrier);
            failed.countDown();
            assertFalse(first.isClean());
            if (first instanceof CollectiveTimeoutException) {
                assertTrue(first.getMessage().contains("for rank 1 ("), first.getMessage());
            } else {
                assertTrue(first instanceof RankFailedException, first.toString());
            }
            assertSame(first, assertThrows(CollectiveException.class, world::barrier));
            return null;
        });
    }

    @Test
    void aRankThatFailsInsideACallTakesTheOthersWithIt() {
        RankThreads.run(3, world -> {
            CodecChooser chooser = new Chooser(Codec.uniform(4), () -> {
                if (world.rank() == 2) {
                    throw new IllegalStateException("planted");
                }
                return Codec.uniform(4);
            });
            float[] x = new float[5000];
            if (world.rank() == 2) {
                assertThrows(IllegalStateException.class, () -> world.allReduce(x, Reduction.SUM, chooser));
            } else {
                RankFailedException e =
                        assertThrows(RankFailedException.class, () -> world.allReduce(x, Reduction.SUM, chooser));
                assertTrue(e.getMessage().contains("rank 2"), e.getMessage());
            }
            return null;
        });
    }

    /** Controllers that have drifted apart are found out by the frames, before wrong numbers come out. */
    @Test
    void divergingDecisionsAreDetected() {
        RankThreads.run(2, world -> {
            CodecChooser chooser = new Chooser(Codec.uniform(4), () -> Codec.uniform(world.rank() == 0 ? 4 : 5));
            float[] x = new float[5000];
            CollectiveException e =
                    assertThrows(CollectiveException.class, () -> world.allReduce(x, Reduction.SUM, chooser));
            assertTrue(e instanceof CorruptFrameException || e instanceof RankFailedException, e.toString());
            return null;
        });
    }

    @Test
    void wrongArgumentsAreRefusedBeforeAnythingIsSent() {
        RankThreads.run(1, world -> {
            MemorySegment ten = MemorySegment.ofArray(new float[10]);
            CallOptions usual = CallOptions.DEFAULT;
            Codec four = Codec.uniform(4);
            IndexOutOfBoundsException tooShort = assertThrows(
                    IndexOutOfBoundsException.class,
                    () -> world.allReduce(ten, ten, 11, ElementType.FLOAT, Reduction.SUM, four, usual));
            assertEquals("input is too short: count=11, type=FLOAT, bytes=40", tooShort.getMessage());
            refused(
                    () -> world.allReduce(ten, ten, 5, ElementType.LONG, Reduction.SUM, four, usual),
                    "FLOAT and DOUBLE only");
            refused(() -> world.allReduce(ten, ten, 5, ElementType.INT, Reduction.MEAN, Codec.plain(), usual), "mean");
            refused(() -> world.allReduce(ten, ten, 5, ElementType.FLOAT, Reduction.MAX, four, usual), "MAX");
            refused(
                    () -> world.allReduce(
                            ten, ten, 5, ElementType.FLOAT, Reduction.SUM, four, usual.withMode(Mode.PLAIN)),
                    "PLAIN");
            MemorySegment shifted = ten.asSlice(4);
            refused(
                    () -> world.allReduce(ten, shifted, 5, ElementType.FLOAT, Reduction.SUM, four, usual),
                    "not overlap");
            refused(() -> world.broadcast(ten, 5, ElementType.FLOAT, 1, four, usual), "root=1, size=1");
            world.barrier();
            return null;
        });
    }

    @Test
    void memoryThatCannotBeUsedIsRefused() {
        RankThreads.run(2, world -> {
            CallOptions usual = CallOptions.DEFAULT;
            Codec four = Codec.uniform(4);
            MemorySegment buffer = world.allocate(4000 * 4);
            MemorySegment readOnly = buffer.asReadOnly();
            refused(
                    () -> world.allReduce(buffer, readOnly, 9, ElementType.FLOAT, Reduction.SUM, four, usual),
                    "read-only");
            refused(
                    () -> world.allReduce(
                            buffer, buffer, 9, ElementType.FLOAT, Reduction.SUM, four, usual.withResidual(buffer)),
                    "residual must not overlap");
            refused(
                    () -> world.allReduce(buffer, buffer, -1, ElementType.FLOAT, Reduction.SUM, four, usual),
                    "count=-1");
            MemorySegment closed;
            try (var arena = java.lang.foreign.Arena.ofConfined()) {
                closed = arena.allocate(40);
            }
            refused(() -> world.allReduce(closed, closed, 9, ElementType.FLOAT, Reduction.SUM, four, usual), "closed");
            if (world.rank() == 1) {
                // The habit of MPI_IN_PLACE: the result at the beginning of the buffer is not this rank's part.
                refused(
                        () -> world.reduceScatter(buffer, buffer, 4000, ElementType.FLOAT, Reduction.SUM, four, usual),
                        "same memory");
                refused(() -> world.allGather(buffer, buffer, 1000, ElementType.FLOAT, four, usual), "same memory");
            }
            refused(
                    () -> world.allGather(
                            buffer,
                            world.allocate(8000 * 4),
                            1000,
                            ElementType.FLOAT,
                            four,
                            usual.withMode(Mode.EXACT)),
                    "pass no mode");
            // Halves of one buffer are two vectors.
            world.allReduce(
                    buffer.asSlice(0, 8000), buffer.asSlice(8000), 2000, ElementType.FLOAT, Reduction.SUM, four, usual);
            return null;
        });
    }

    @Test
    void votesCannotCarryNaN() {
        RankThreads.run(1, RankThreads.OPTIONS.withNonFinite(NonFinitePolicy.PROPAGATE), world -> {
            refused(() -> world.allReduce(new float[9], Reduction.SUM, Codec.sign(Norm.UNIT)), "votes");
            return null;
        });
    }

    @Test
    void anImpossibleChoiceIsRefusedOnAllRanksAndTheGroupWorksOn() {
        RankThreads.run(3, world -> {
            CodecChooser chooser = new Chooser(Codec.plain(), () -> Codec.uniform(4));
            MemorySegment doubles = world.allocate(800);
            refused(
                    () -> world.allReduce(doubles, ElementType.DOUBLE, Reduction.SUM, chooser),
                    "a chooser whose prototype is plain cannot quantize DOUBLE");
            world.barrier();
            return null;
        });
    }

    @Test
    void operationNumbersMustBeEqual() {
        RankThreads.run(3, world -> {
            world.barrier();
            world.resumeAt(world.rank() == 1 ? 100 : 99);
            MismatchException e = assertThrows(MismatchException.class, world::barrier);
            assertTrue(e.getMessage().contains("operation number is 99 on rank 0 and 100 on rank 1"), e.getMessage());
            world.resumeAt(200);
            world.barrier();
            assertEquals(201, world.nextOperation());
            assertThrows(IllegalArgumentException.class, () -> world.resumeAt(5));
            return null;
        });
    }

    /** A bucket that went wrong once does not go wrong for ever, and what is sent plainly leaves no residual. */
    @Test
    void residualsStayCleanAfterNaNAndAfterPlainSteps() {
        for (Mode mode : new Mode[] {Mode.TWOSHOT, Mode.EXACT, Mode.GATHER}) {
            RankThreads.run(2, RankThreads.OPTIONS.withNonFinite(NonFinitePolicy.PROPAGATE), world -> {
                MemorySegment residual = world.allocate(2000 * 4);
                CallOptions options = CallOptions.DEFAULT.withMode(mode).withResidual(residual);
                for (int step = 0; step < 2; step++) {
                    float[] x = AllReduceTest.Inputs.gaussian(2000, world.rank(), step);
                    x[700] = step == 0 ? Float.NaN : x[700];
                    call(world, x, 2000, Reduction.SUM, Codec.uniform(3), options);
                    assertEquals(step == 0, Float.isNaN(x[600]), mode + ", step " + step);
                }
                float[] rest = residual.toArray(java.lang.foreign.ValueLayout.JAVA_FLOAT);
                assertTrue(IntStream.range(0, 2000).anyMatch(i -> rest[i] != 0));
                float[] zeros = new float[2000];
                call(world, zeros, 2000, Reduction.SUM, Codec.plain(), options.withMode(null));
                assertTrue(IntStream.range(0, 2000).anyMatch(i -> zeros[i] != 0));
                assertArrayEquals(new float[2000], residual.toArray(java.lang.foreign.ValueLayout.JAVA_FLOAT));
                return null;
            });
        }
    }

    private static void refused(org.junit.jupiter.api.function.Executable call, String part) {
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, call);
        assertTrue(e.getMessage().contains(part), e.getMessage());
    }
}
