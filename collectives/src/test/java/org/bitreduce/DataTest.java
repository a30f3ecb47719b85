// SPDX-License-Identifier: Apache-2.0
package org.bitreduce;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Vectors in arrays, segments and Agrona's buffers, of every type. */
@Timeout(60)
class DataTest {

    private static final int COUNT = 1500;

    /** Makes room for floats. */
    interface Maker {
        Data of(Communicator world, int count);
    }

    record Place(String name, Maker maker) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static Data buffer(MutableDirectBuffer buffer, int index, int count) {
        return Data.of(buffer, index, count, ElementType.FLOAT);
    }

    /** Freed when the test's JVM ends. */
    @SuppressWarnings("MustBeClosedChecker")
    private static Data confined(long bytes) {
        return Data.of(Arena.ofConfined().allocate(bytes), ElementType.FLOAT);
    }

    static List<Place> places() {
        return List.of(
                new Place("array", (w, n) -> Data.of(new float[n])),
                new Place(
                        "bytes, odd",
                        (w, n) -> Data.of(
                                MemorySegment.ofArray(new byte[4 * n + 3]).asSlice(3), ElementType.FLOAT)),
                new Place(
                        "native, odd",
                        (w, n) ->
                                Data.of(Arena.ofAuto().allocate(4 * n + 64, 64).asSlice(1, 4L * n), ElementType.FLOAT)),
                new Place("confined", (w, n) -> confined(4L * n)),
                new Place("shared", (w, n) -> Data.of(w.allocate(4L * n), ElementType.FLOAT)),
                new Place(
                        "big-endian ByteBuffer",
                        (w, n) -> Data.of(
                                MemorySegment.ofBuffer(
                                        ByteBuffer.allocateDirect(4 * n).order(ByteOrder.BIG_ENDIAN)),
                                ElementType.FLOAT)),
                new Place(
                        "UnsafeBuffer of bytes",
                        (w, n) -> Data.of(new UnsafeBuffer(new byte[4 * n + 20], 8, 4 * n), ElementType.FLOAT)),
                new Place("UnsafeBuffer of a direct slice", (w, n) -> {
                    ByteBuffer slice = ByteBuffer.allocateDirect(4 * n + 100)
                            .position(12)
                            .slice()
                            .position(4);
                    return buffer(new UnsafeBuffer(slice, 4, 4 * n + 8), 8, n);
                }),
                new Place(
                        "UnsafeBuffer of a heap slice",
                        (w, n) -> buffer(
                                new UnsafeBuffer(ByteBuffer.allocate(4 * n + 40)
                                        .position(16)
                                        .slice()),
                                4,
                                n)),
                new Place("ExpandableArrayBuffer", (w, n) -> buffer(new ExpandableArrayBuffer(4 * n + 4), 4, n)));
    }

    @ParameterizedTest
    @MethodSource("places")
    void everyPlaceGivesTheSameBits(Place place) {
        float[][] inputs = AllReduceTest.Inputs.gaussianOfAll(COUNT, 3, 0);
        Codec four = Codec.uniform(4);
        float[] plain = new Oracle(inputs, Codec.plain(), Reduction.SUM, 42, 0, 0).allReduce(Mode.PLAIN);
        float[] quantized = new Oracle(inputs, four, Reduction.SUM, 42, 1, 0).allReduce(Mode.TWOSHOT);
        float[] exact = new Oracle(inputs, four, Reduction.SUM, 42, 2, 0).allReduce(Mode.EXACT);
        RankThreads.run(3, world -> {
            Data data = place.maker().of(world, COUNT);
            assertEquals(COUNT, data.count());
            Data output = place.maker().of(world, COUNT);
            put(inputs[world.rank()], data);
            world.allReduce(data, output, Reduction.SUM, Codec.plain(), CallOptions.DEFAULT);
            assertArrayEquals(plain, output.memory().toArray(ValueLayout.JAVA_FLOAT_UNALIGNED));
            world.allReduce(data, output, Reduction.SUM, four, CallOptions.DEFAULT);
            assertArrayEquals(quantized, output.memory().toArray(ValueLayout.JAVA_FLOAT_UNALIGNED));
            world.allReduce(data, data, Reduction.SUM, four, CallOptions.DEFAULT.withMode(Mode.EXACT));
            assertArrayEquals(exact, data.memory().toArray(ValueLayout.JAVA_FLOAT_UNALIGNED));
            return null;
        });
    }

    private static void put(float[] values, Data data) {
        MemorySegment.copy(values, 0, data.memory(), ValueLayout.JAVA_FLOAT_UNALIGNED, 0, values.length);
    }

    @Test
    void writesNothingBesideTheVector() {
        RankThreads.run(2, world -> {
            UnsafeBuffer buffer = new UnsafeBuffer(new byte[64]);
            buffer.setMemory(0, 64, (byte) 7);
            buffer.putDouble(16, 1.5);
            world.allReduce(Data.of(buffer, 16, 1, ElementType.DOUBLE), Reduction.SUM, Codec.plain());
            assertEquals(3, buffer.getDouble(16));
            assertEquals(0x0707070707070707L, buffer.getLong(8));
            assertEquals(0x0707070707070707L, buffer.getLong(24));
            return null;
        });
    }

    @Test
    void refusesBuffersThatAreTooShortOrBareAddresses() {
        UnsafeBuffer buffer = new UnsafeBuffer(new byte[10]);
        assertThrows(IndexOutOfBoundsException.class, () -> Data.of(buffer, 3, 2, ElementType.FLOAT));
        assertEquals(2, Data.of(buffer, ElementType.FLOAT).count());
        assertEquals(0, Data.of(new UnsafeBuffer(0, 0), ElementType.FLOAT).count());
        MemorySegment memory = Arena.ofAuto().allocate(64);
        UnsafeBuffer bare = new UnsafeBuffer(memory.address(), 64);
        String message = assertThrows(IllegalArgumentException.class, () -> Data.of(bare, ElementType.FLOAT))
                .getMessage();
        assertTrue(message.contains("bare address"), message);
        assertThrows(
                IndexOutOfBoundsException.class, () -> Data.of(new float[5]).slice(3, 3));
    }

    /** NaN wins, and -0 is less than 0. */
    @ParameterizedTest
    @EnumSource(names = {"MAX", "MIN"})
    void greatestAndLeastOfEveryType(Reduction reduction) {
        boolean max = reduction == Reduction.MAX;
        Random random = new Random(8);
        long[][] values =
                Stream.generate(() -> random.longs(700).toArray()).limit(4).toArray(long[][]::new);
        RankThreads.run(4, RankThreads.OPTIONS.withNonFinite(NonFinitePolicy.PROPAGATE), world -> {
            long[] longs = values[world.rank()].clone();
            int[] ints = new int[700];
            float[] floats = new float[700];
            double[] doubles = new double[700];
            for (int i = 0; i < 700; i++) {
                ints[i] = (int) longs[i];
                floats[i] = ints[i];
                doubles[i] = longs[i];
            }
            floats[5] = world.rank() == 2 ? Float.NaN : floats[5];
            doubles[6] = world.rank() % 2 == 0 ? 0.0 : -0.0;
            world.allReduce(longs, reduction);
            world.allReduce(ints, reduction);
            world.allReduce(floats, reduction, Codec.plain());
            world.allReduce(doubles, reduction);
            for (int i = 0; i < 700; i++) {
                long best = values[0][i];
                int bestInt = (int) values[0][i];
                for (long[] of : values) {
                    best = max ? Math.max(best, of[i]) : Math.min(best, of[i]);
                    bestInt = max ? Math.max(bestInt, (int) of[i]) : Math.min(bestInt, (int) of[i]);
                }
                assertEquals(best, longs[i]);
                assertEquals(bestInt, ints[i]);
                assertEquals(i == 5 ? Float.NaN : (float) bestInt, floats[i]);
                assertEquals(i == 6 ? (max ? 0.0 : -0.0) : (double) best, doubles[i]);
            }
            return null;
        });
    }
}
