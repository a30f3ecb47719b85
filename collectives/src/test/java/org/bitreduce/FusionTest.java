// SPDX-License-Identifier: Apache-2.0
package org.bitreduce;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.bitreduce.AllReduceTest.Inputs;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Many tensors in one packet give what one call on the packet gives. */
@Timeout(60)
class FusionTest {

    private static final int CAPACITY = 4096;
    private static final long PACKET_BYTES = CAPACITY * 4L;
    private static final int STEPS = 3;
    private static final int TENSORS = 25;
    private static final int[] SIZES = {0, 1, 2, 7, 100, 511, 512, 513, 1500, 4095, 4096, 4097, 9000};

    /** A call as the rules of {@link Fusion} have it: which tensors, and where each begins. */
    private static final class Cut {
        final List<Integer> tensors = new ArrayList<>();
        final List<Integer> starts = new ArrayList<>();
        int count;

        void put(int tensor, int start, int elements) {
            tensors.add(tensor);
            starts.add(start);
            count = start + elements;
        }

        /** The vector that a rank contributes; gaps are zero. */
        float[] vector(float[][] values) {
            float[] vector = new float[count];
            for (int i = 0; i < tensors.size(); i++) {
                float[] tensor = values[tensors.get(i)];
                System.arraycopy(tensor, 0, vector, starts.get(i), tensor.length);
            }
            return vector;
        }
    }

    /** The rules, slow and obvious. */
    private static List<Cut> cut(int[] sizes, Codec codec) {
        boolean ownScales = codec.bits() > 1 && !codec.isPlain() && !codec.isWholeVector();
        int bucket = ownScales ? 1 << codec.log2Bucket() : Integer.MAX_VALUE;
        List<Cut> calls = new ArrayList<>();
        Cut open = new Cut();
        int free = 0;
        for (int t = 0; t < sizes.length; t++) {
            int start = free;
            while (sizes[t] >= bucket && start % bucket != 0) {
                start++;
            }
            if (sizes[t] > CAPACITY) {
                Cut alone = new Cut();
                alone.put(t, 0, sizes[t]);
                calls.add(alone);
                continue;
            }
            if (start + sizes[t] > CAPACITY) {
                calls.add(open);
                open = new Cut();
                start = 0;
                free = 0;
            }
            if (sizes[t] > 0) {
                open.put(t, start, sizes[t]);
                free = start + sizes[t];
            }
            while (sizes[t] >= bucket && free % bucket != 0) {
                free++;
            }
            if (free >= CAPACITY) {
                calls.add(open);
                open = new Cut();
                free = 0;
            }
        }
        if (open.count > 0) {
            calls.add(open);
        }
        return calls;
    }

    private static int[] sizes(int step, int tensors) {
        SplittableRandom random = new SplittableRandom(step);
        return IntStream.range(0, tensors)
                .map(t -> SIZES[random.nextInt(SIZES.length)])
                .toArray();
    }

    private static float[][] values(int[] sizes, int rank, int step) {
        float[][] values = new float[sizes.length][];
        for (int t = 0; t < sizes.length; t++) {
            values[t] = Inputs.gaussian(sizes[t], rank, 1000 * step + t);
        }
        return values;
    }

    private static Fusion fusion(Communicator world, Codec codec) {
        return new Fusion(world, PACKET_BYTES, ElementType.FLOAT, Reduction.MEAN, codec, CallOptions.DEFAULT);
    }

    private static MemorySegment[] segments(float[][] values) {
        return Arrays.stream(values).map(MemorySegment::ofArray).toArray(MemorySegment[]::new);
    }

    static Stream<Arguments> groups() {
        List<Codec> codecs = List.of(
                Codec.plain(),
                Codec.uniform(4),
                Codec.sign(Norm.MEAN_MAGNITUDE),
                new Codec(3, Norm.EUCLIDEAN, Codec.WHOLE_VECTOR, Rounding.STOCHASTIC));
        return IntStream.of(1, 2, 3, 5)
                .boxed()
                .flatMap(size -> codecs.stream().map(codec -> Arguments.of(size, codec)));
    }

    /** Step after step with other tensors, so that each finds the remains of the one before. */
    @ParameterizedTest(name = "{0} ranks, {1}")
    @MethodSource("groups")
    void aPacketGivesWhatOneCallOnItGives(int size, Codec codec) {
        List<float[][][]> results = RankThreads.run(size, world -> {
            Fusion fusion = fusion(world, codec);
            float[][][] tensors = new float[STEPS][][];
            int operation = 0;
            for (int step = 0; step < STEPS; step++) {
                tensors[step] = values(sizes(step, TENSORS), world.rank(), step);
                for (float[] tensor : tensors[step]) {
                    fusion.add(MemorySegment.ofArray(tensor));
                }
                for (Outcome outcome : fusion.await()) {
                    assertEquals(operation++, outcome.operation());
                }
            }
            return tensors;
        });
        results.forEach(other -> assertArrayEquals(results.getFirst(), other));
        int operation = 0;
        for (int step = 0; step < STEPS; step++) {
            int[] sizes = sizes(step, TENSORS);
            for (Cut call : cut(sizes, codec)) {
                check(call, codec, sizes, step, operation++, size, results.getFirst()[step]);
            }
        }
    }

    private static void check(
            Cut call, Codec codec, int[] sizes, int step, int operation, int size, float[][] results) {
        float[][] inputs = new float[size][];
        for (int rank = 0; rank < size; rank++) {
            inputs[rank] = call.vector(values(sizes, rank, step));
        }
        float[] expected = new Oracle(inputs, codec, Reduction.MEAN, 42, operation, 0)
                .allReduce(codec.isPlain() ? Mode.PLAIN : Mode.TWOSHOT);
        for (int i = 0; i < call.tensors.size(); i++) {
            int tensor = call.tensors.get(i);
            int start = call.starts.get(i);
            assertArrayEquals(
                    Arrays.copyOfRange(expected, start, start + sizes[tensor]),
                    results[tensor],
                    "step %d, tensor %d".formatted(step, tensor));
        }
    }

    /** Some tensors have a residual and some have none. */
    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void residualsTravelWithTheirTensors(int size) {
        Codec codec = Codec.uniform(3);
        int[] sizes = sizes(9, 30);
        List<float[][]> fused = RankThreads.run(size, world -> {
            Fusion fusion = fusion(world, codec);
            float[][] residuals = new float[sizes.length][];
            Arrays.setAll(residuals, t -> new float[sizes[t]]);
            float[][] tensors = null;
            for (int step = 0; step < 3; step++) {
                tensors = values(sizes, world.rank(), step);
                for (int t = 0; t < sizes.length; t++) {
                    fusion.add(
                            MemorySegment.ofArray(tensors[t]), t % 4 == 3 ? null : MemorySegment.ofArray(residuals[t]));
                }
                fusion.await();
            }
            return Stream.concat(Arrays.stream(tensors), Arrays.stream(residuals))
                    .toArray(float[][]::new);
        });
        List<float[][]> direct = RankThreads.run(size, world -> oneByOne(world, codec, sizes));
        for (int rank = 0; rank < size; rank++) {
            for (int i = 0; i < 2 * sizes.length; i++) {
                assertArrayEquals(direct.get(rank)[i], fused.get(rank)[i], "vector " + i);
            }
        }
    }

    /** The same steps, call by call on whole vectors, with residuals that are put together by hand. */
    private static float[][] oneByOne(Communicator world, Codec codec, int[] sizes) {
        float[][] residuals = new float[sizes.length][];
        Arrays.setAll(residuals, t -> new float[sizes[t]]);
        float[][] tensors = null;
        for (int step = 0; step < 3; step++) {
            tensors = values(sizes, world.rank(), step);
            for (Cut call : cut(sizes, codec)) {
                float[] vector = call.vector(tensors);
                float[] residual = call.vector(residuals);
                boolean any = call.tensors.stream().anyMatch(t -> t % 4 != 3);
                MemorySegment segment = MemorySegment.ofArray(vector);
                CallOptions options =
                        any ? CallOptions.DEFAULT.withResidual(MemorySegment.ofArray(residual)) : CallOptions.DEFAULT;
                world.allReduce(segment, segment, vector.length, ElementType.FLOAT, Reduction.MEAN, codec, options);
                for (int i = 0; i < call.tensors.size(); i++) {
                    int t = call.tensors.get(i);
                    System.arraycopy(vector, call.starts.get(i), tensors[t], 0, sizes[t]);
                    if (t % 4 != 3) {
                        System.arraycopy(residual, call.starts.get(i), residuals[t], 0, sizes[t]);
                    }
                }
            }
        }
        return Stream.concat(Arrays.stream(tensors), Arrays.stream(residuals)).toArray(float[][]::new);
    }

    @Test
    void othersAreDoneWhenOnePacketFails() {
        RankThreads.run(2, world -> {
            Fusion fusion = fusion(world, Codec.plain());
            MemorySegment[] tensors = segments(new float[4][CAPACITY / 2]);
            Arrays.stream(tensors).forEach(tensor -> tensor.setAtIndex(JAVA_FLOAT, 0, world.rank()));
            tensors[1].setAtIndex(JAVA_FLOAT, 3, world.rank() == 1 ? Float.NaN : 0);
            Arrays.stream(tensors).forEach(fusion::add);
            assertEquals(2, fusion.callsBegun());
            NonFiniteException e = assertThrows(NonFiniteException.class, fusion::await);
            assertTrue(e.getMessage().contains("rank 1 has 1, the first at index 2051"), e::getMessage);
            assertTrue(e.getSuppressed()[0].getMessage().endsWith(": 0@0 1@2048"), e.getSuppressed()[0]::getMessage);
            assertEquals(world.rank(), tensors[0].getAtIndex(JAVA_FLOAT, 0), "a failed call writes nothing");
            assertEquals(0.5f, tensors[2].getAtIndex(JAVA_FLOAT, 0));
            assertEquals(0.5f, tensors[3].getAtIndex(JAVA_FLOAT, 0));
            fusion.add(tensors[0]);
            assertEquals(1, fusion.await().size());
            assertEquals(0.5f, tensors[0].getAtIndex(JAVA_FLOAT, 0));
            return null;
        });
    }

    @Test
    void ranksThatAddDifferentTensorsAreTold() {
        RankThreads.run(2, world -> {
            Fusion fusion = fusion(world, Codec.uniform(4));
            fusion.add(MemorySegment.ofArray(new float[100 + world.rank()]));
            MismatchException e = assertThrows(MismatchException.class, fusion::await);
            assertTrue(e.getMessage().contains("count"), e::getMessage);
            assertEquals(List.of(), fusion.await());
            return null;
        });
    }

    @Test
    void aGroupThatHasFailedFailsEveryStep() {
        RankThreads.run(2, world -> {
            Fusion fusion = fusion(world, Codec.plain());
            if (world.rank() == 1) {
                return null;
            }
            fusion.add(MemorySegment.ofArray(new float[10]));
            fusion.flush();
            fusion.add(MemorySegment.ofArray(new float[10]));
            RankFailedException first = assertThrows(RankFailedException.class, fusion::await);
            fusion.add(MemorySegment.ofArray(new float[10]));
            assertSame(first, assertThrows(RankFailedException.class, fusion::await));
            assertEquals(List.of(), fusion.await());
            return null;
        });
    }

    @Test
    void flushBeginsWhatIsThere() {
        RankThreads.run(2, world -> {
            Fusion fusion = fusion(world, Codec.plain());
            fusion.flush();
            assertEquals(0, fusion.callsBegun());
            float[] a = {1};
            float[] b = {2};
            fusion.add(MemorySegment.ofArray(a));
            fusion.flush();
            fusion.flush();
            assertEquals(1, fusion.callsBegun());
            fusion.add(MemorySegment.ofArray(b));
            a[0] = 7;
            assertEquals(2, fusion.await().size());
            assertEquals(1, a[0]);
            assertEquals(2, b[0]);
            assertEquals(2, world.nextOperation());
            return null;
        });
    }

    @Test
    void stepsUseTheSamePackets() {
        RankThreads.run(2, world -> {
            Fusion fusion = fusion(world, Codec.uniform(4));
            for (int step = 0; step < 5; step++) {
                for (int t = 0; t < 5; t++) {
                    fusion.add(MemorySegment.ofArray(new float[1500]));
                }
                fusion.await();
                assertEquals(
                        "fusion of FLOAT tensors, 3 packets of 4096 elements, 0 calls under way", fusion.toString());
            }
            return null;
        });
    }

    @Test
    void whatCannotBeFusedIsRefused() {
        RankThreads.run(1, world -> {
            Fusion fusion = fusion(world, Codec.uniform(4));
            MemorySegment good = MemorySegment.ofArray(new float[5]);
            refused("a tensor has whole elements: bytes=6, type=FLOAT", () -> fusion.add(good.asSlice(0, 6)));
            refused("tensor is read-only", () -> fusion.add(good.asReadOnly()));
            refused("tensor=5, residual=4", () -> fusion.add(good, good.asSlice(0, 16)));
            try (Arena confined = Arena.ofConfined()) {
                refused("tensor is confined to this thread", () -> fusion.add(confined.allocate(8)));
                refused("residual is confined", () -> fusion.add(good, confined.allocate(20)));
            }
            MemorySegment gone;
            try (Arena closed = Arena.ofShared()) {
                gone = closed.allocate(8);
            }
            refused("tensor is closed", () -> fusion.add(gone));
            assertEquals(List.of(), fusion.await());
            return null;
        });
    }

    @Test
    void whatDoesNotGoTogetherIsRefused() {
        RankThreads.run(1, world -> {
            CallOptions usual = CallOptions.DEFAULT;
            Codec codec = Codec.uniform(4);
            ElementType type = ElementType.FLOAT;
            Reduction sum = Reduction.SUM;
            refused("packetBytes=63", () -> new Fusion(world, 63, type, sum, codec, usual));
            refused("packetBytes=1073741825", () -> new Fusion(world, (1 << 30) + 1, type, sum, codec, usual));
            refused("mode PLAIN carries", () -> new Fusion(world, 64, type, sum, codec, usual.withMode(Mode.PLAIN)));
            MemorySegment residual = MemorySegment.ofArray(new float[16]);
            refused("with its tensor", () -> new Fusion(world, 64, type, sum, codec, usual.withResidual(residual)));
            Fusion wrong = new Fusion(world, 64, ElementType.LONG, sum, codec, usual);
            refused("carry FLOAT and DOUBLE only", () -> wrong.add(MemorySegment.ofArray(new long[8])));
            assertInstanceOf(IllegalArgumentException.class, assertThrows(RuntimeException.class, wrong::await));
            assertEquals(0, world.nextOperation());
            return null;
        });
    }

    @Test
    void aClosedCommunicatorIsNamed() {
        RankThreads.run(1, world -> {
            Fusion fusion = fusion(world, Codec.plain());
            fusion.add(MemorySegment.ofArray(new float[1]));
            world.close();
            IllegalStateException e = assertThrows(IllegalStateException.class, fusion::await);
            assertEquals("the communicator is closed: rank=0", e.getMessage());
            assertThrows(IllegalStateException.class, () -> fusion.add(MemorySegment.ofArray(new float[1])));
            return null;
        });
    }

    private static void refused(String message, Runnable call) {
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, call::run);
        assertTrue(e.getMessage().contains(message), e::getMessage);
    }
}
