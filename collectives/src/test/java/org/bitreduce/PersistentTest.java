// SPDX-License-Identifier: Apache-2.0
package org.bitreduce;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.bitreduce.AllReduceTest.Inputs;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Calls that are prepared once and carried out again and again. */
@Timeout(120)
class PersistentTest {

    private static final CallOptions USUAL = CallOptions.DEFAULT;

    /** A width of its own for every call, known ones among them. */
    private static CodecChooser changing() {
        return new CodecChooser() {
            private final List<Codec> codecs =
                    List.of(Codec.uniform(2), Codec.uniform(3), Codec.uniform(4), Codec.uniform(5), Codec.uniform(6));
            private int calls;

            @Override
            public Codec choose(AgreedStatistics agreed) {
                return codecs.get(calls++ % 5);
            }

            @Override
            public Codec prototype() {
                return codecs.get(2);
            }

            @Override
            public long fingerprint() {
                return calls;
            }
        };
    }

    static Stream<Arguments> calls() {
        return Stream.of(
                        Arguments.of("plain", Codec.plain(), null),
                        Arguments.of("twoshot", Codec.uniform(4), Mode.TWOSHOT),
                        Arguments.of("exact", Codec.uniform(3), Mode.EXACT),
                        Arguments.of("gather", Codec.uniform(5), Mode.GATHER),
                        Arguments.of(
                                "one scale", new Codec(4, Norm.MAX, Codec.WHOLE_VECTOR, Rounding.STOCHASTIC), null))
                .flatMap(a -> Stream.of(1, 3)
                        .flatMap(size -> Stream.of(0, 700, 900_000)
                                .map(count -> Arguments.of(a.get()[0], a.get()[1], a.get()[2], size, count))));
    }

    @ParameterizedTest(name = "{0}, {3} ranks, {4} elements")
    @MethodSource("calls")
    void everyRepetitionIsWhatTheOrdinaryCallIs(String name, Codec codec, Mode mode, int size, int count) {
        CallOptions options = codec.isPlain() ? USUAL : USUAL.withMode(mode);
        Mode used = codec.isPlain() ? Mode.PLAIN : mode == null ? Mode.TWOSHOT : mode;
        float[][][] inputs = new float[4][][];
        float[][] expected = new float[4][];
        for (int step = 0; step < 4; step++) {
            inputs[step] = Inputs.gaussianOfAll(count, size, step);
            expected[step] = new Oracle(inputs[step], codec, Reduction.MEAN, 42, step, 0).allReduce(used);
        }
        RankThreads.run(size, world -> {
            MemorySegment data = world.allocate(count * 4L);
            Persistent call =
                    world.persistent().allReduce(data, data, count, ElementType.FLOAT, Reduction.MEAN, codec, options);
            for (int step = 0; step < 4; step++) {
                MemorySegment.copy(inputs[step][world.rank()], 0, data, JAVA_FLOAT, 0, count);
                if (step == 2) {
                    call.start();
                    call.await();
                } else {
                    call.run();
                }
                assertEquals(step, call.outcome().operation());
                assertArrayEquals(expected[step], data.toArray(JAVA_FLOAT), "step " + step);
            }
            return null;
        });
    }

    /** One rank repeats, the other makes ordinary calls; with error feedback and widths that change and come back. */
    @Test
    void repetitionsAndOrdinaryCallsMix() {
        int count = 5_000;
        List<float[]> results = RankThreads.run(2, world -> {
            CodecChooser chooser = changing();
            MemorySegment data = world.allocate(count * 4L);
            CallOptions options = USUAL.withResidual(world.allocate(count * 4L));
            Persistent call =
                    world.persistent().allReduce(data, data, count, ElementType.FLOAT, Reduction.SUM, chooser, options);
            List<Integer> bits = new ArrayList<>();
            for (int step = 0; step < 12; step++) {
                MemorySegment.copy(Inputs.gaussian(count, world.rank(), step), 0, data, JAVA_FLOAT, 0, count);
                if (world.rank() == 0) {
                    call.run();
                    bits.add(call.outcome().bits());
                } else {
                    bits.add(world.allReduce(data, data, count, ElementType.FLOAT, Reduction.SUM, chooser, options)
                            .bits());
                }
            }
            assertEquals(List.of(2, 3, 4, 5, 6, 2, 3, 4, 5, 6, 2, 3), bits);
            return data.toArray(JAVA_FLOAT);
        });
        assertArrayEquals(results.get(0), results.get(1));
    }

    @Test
    void otherCollectivesRepeatToo() {
        int size = 3;
        int count = 2_000;
        RankThreads.run(size, world -> {
            MemorySegment in = world.allocate(count * 4L);
            MemorySegment all = world.allocate(count * 4L * size);
            MemorySegment part = world.allocate(count * 4L);
            Codec plain = Codec.plain();
            List<Persistent> calls = List.of(
                    world.persistent().allGather(in, all, count, ElementType.FLOAT, plain, USUAL),
                    world.persistent().reduceScatter(in, part, count, ElementType.FLOAT, Reduction.SUM, plain, USUAL),
                    world.persistent().broadcast(in, count, ElementType.FLOAT, 1, Codec.uniform(8), USUAL));
            for (int step = 1; step <= 3; step++) {
                float[] mine = new float[count];
                Arrays.fill(mine, step * (world.rank() + 1));
                MemorySegment.copy(mine, 0, in, JAVA_FLOAT, 0, count);
                calls.forEach(Persistent::run);
                assertEquals(3 * step, all.getAtIndex(JAVA_FLOAT, 3 * count - 1));
                long mineInPart =
                        world.partStart(count, world.rank() + 1, plain) - world.partStart(count, world.rank(), plain);
                assertEquals(6 * step, part.getAtIndex(JAVA_FLOAT, mineInPart - 1));
                assertEquals(2 * step, in.getAtIndex(JAVA_FLOAT, 0));
            }
            return null;
        });
    }

    static List<Codec> rooted() {
        return List.of(
                Codec.plain(), Codec.uniform(4), new Codec(3, Norm.MAX, Codec.WHOLE_VECTOR, Rounding.STOCHASTIC));
    }

    /** Each repetition has its own draws, those of every vector that the root rounds among them. */
    @ParameterizedTest
    @MethodSource("rooted")
    void callsWithARootAreWhatTheOrdinaryCallsAre(Codec codec) {
        int size = 3;
        int count = 2_000;
        RankThreads.run(size, world -> {
            boolean isRoot = world.rank() == 1;
            Data in = Data.of(world.allocate(count * 4L), ElementType.FLOAT);
            Data all = Data.of(world.allocate(isRoot ? count * 4L * size : 0), ElementType.FLOAT);
            Data back = Data.of(world.allocate(count * 4L), ElementType.FLOAT);
            Data sum = Data.of(world.allocate(isRoot ? count * 4L : 0), ElementType.FLOAT);
            Persistent gather = world.persistent().gather(in, all, 1, codec, USUAL);
            Persistent scatter = world.persistent().scatter(all, back, 1, codec, USUAL);
            Persistent reduce = world.persistent().reduce(in, sum, Reduction.SUM, 1, codec, USUAL);
            for (int step = 0; step < 4; step++) {
                float[][] inputs = Inputs.gaussianOfAll(count, size, step);
                MemorySegment.copy(inputs[world.rank()], 0, in.memory(), JAVA_FLOAT, 0, count);
                gather.run();
                float[][] gathered = rounded(inputs, codec, 3 * step);
                scatter.run();
                float[][] scattered = rounded(gathered, codec, 3 * step + 1);
                reduce.run();
                assertArrayEquals(scattered[world.rank()], back.memory().toArray(JAVA_FLOAT), "step " + step);
                for (int rank = 0; isRoot && rank < size; rank++) {
                    MemorySegment part = all.memory().asSlice(4L * rank * count, count * 4L);
                    assertArrayEquals(gathered[rank], part.toArray(JAVA_FLOAT), "step " + step);
                }
                if (isRoot) {
                    Oracle oracle = new Oracle(inputs, codec, Reduction.SUM, 42, 3L * step + 2, 0);
                    float[] expected = oracle.allReduce(codec.isPlain() ? Mode.PLAIN : Mode.TWOSHOT);
                    assertArrayEquals(expected, sum.memory().toArray(JAVA_FLOAT), "step " + step);
                }
            }
            return null;
        });
    }

    private static float[][] rounded(float[][] inputs, Codec codec, int operation) {
        Oracle oracle = new Oracle(inputs, codec, Reduction.SUM, 42, operation, 0);
        float[][] rounded = new float[inputs.length][];
        for (int rank = 0; rank < inputs.length; rank++) {
            rounded[rank] = codec.isPlain() ? inputs[rank] : oracle.rounded(rank, 1);
        }
        return rounded;
    }

    @Test
    void wrongUseIsRefused() {
        RankThreads.run(1, world -> {
            MemorySegment data = world.allocate(400);
            Persistent call = world.persistent().broadcast(data, 100, ElementType.FLOAT, 0, Codec.plain(), USUAL);
            assertThrows(IllegalStateException.class, call::outcome);
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment confined = arena.allocate(64);
                assertThrows(
                        IllegalArgumentException.class,
                        () -> world.persistent().broadcast(confined, 16, ElementType.FLOAT, 0, Codec.plain(), USUAL));
            }
            return null;
        });
    }

    static Stream<Arguments> steady() {
        return Stream.of(
                Arguments.of("plain in place", 6_000, Codec.plain(), true),
                Arguments.of("plain by messages", 6_000, Codec.plain(), false),
                Arguments.of("plain with the agreement", 500, Codec.plain(), true),
                Arguments.of("4 bits", 3_000, Codec.uniform(4), true),
                Arguments.of("4 bits with the agreement", 700, Codec.uniform(4), true),
                Arguments.of("widths of a controller", 3_000, null, true),
                Arguments.of("widths with the agreement", 700, null, true),
                Arguments.of("with a root", 3_000, Codec.uniform(4), true));
    }

    /** Less than three bytes per step: what is left is the look after dead peers, by the clock and not by the step. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("steady")
    void thousandsOfStepsMakeNoGarbage(String name, int count, Codec codec, boolean shared) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        List<Long> allocated = RankThreads.run(2, world -> {
            CodecChooser chooser = codec == null ? changing() : codec;
            MemorySegment data =
                    shared ? world.allocate(count * 4L) : Arena.ofAuto().allocate(count * 4L, 64);
            List<Persistent> calls = name.equals("with a root")
                    ? rootedCalls(world, data, chooser)
                    : List.of(world.persistent()
                            .allReduce(data, data, count, ElementType.FLOAT, Reduction.MEAN, chooser, USUAL));
            for (int step = 0; step < 12_000; step++) {
                calls.get(step % calls.size()).run();
            }
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int step = 0; step < 4_000; step++) {
                calls.get(step % calls.size()).run();
            }
            return threads.getCurrentThreadAllocatedBytes() - before;
        });
        allocated.forEach(bytes -> assertTrue(bytes < 10_000, "bytes in 4,000 steps: " + bytes));
    }

    /** What an ordinary call that is made again makes anew: slices of the memory, the call, its ticket, and the outcome. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("steady")
    void ordinaryCallsThatRepeatKeepTheirPlans(String name, int count, Codec codec, boolean shared) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        List<Long> allocated = RankThreads.run(2, world -> {
            CodecChooser chooser = codec == null ? changing() : codec;
            MemorySegment data =
                    shared ? world.allocate(count * 4L) : Arena.ofAuto().allocate(count * 4L, 64);
            for (int step = 0; step < 6_000; step++) {
                world.allReduce(data, data, count, ElementType.FLOAT, Reduction.MEAN, chooser, USUAL);
                world.barrier();
            }
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int step = 0; step < 2_000; step++) {
                world.allReduce(data, data, count, ElementType.FLOAT, Reduction.MEAN, chooser, USUAL);
                world.barrier();
            }
            return (threads.getCurrentThreadAllocatedBytes() - before) / 4_000;
        });
        System.out.println("PersistentTest: " + name + ": bytes per ordinary call: " + allocated);
        allocated.forEach(bytes -> assertTrue(bytes < 600, "bytes per call: " + bytes));
    }

    /** Memory that lies where memory of the call before lay is not that memory. */
    @Test
    void memoryFreedAndAllocatedAgainIsNew() {
        int count = 900;
        RankThreads.run(2, world -> {
            for (int step = 0; step < 50; step++) {
                try (Arena arena = Arena.ofConfined()) {
                    MemorySegment data = arena.allocate(count * 4L, 64);
                    MemorySegment residual = arena.allocate(count * 4L, 64);
                    data.fill((byte) 0);
                    data.set(JAVA_FLOAT, 4L * step, 1f);
                    world.allReduce(
                            data,
                            data,
                            count,
                            ElementType.FLOAT,
                            Reduction.SUM,
                            Codec.uniform(4),
                            USUAL.withResidual(residual));
                    for (int i = 0; i < count; i++) {
                        assertEquals(i == step ? 2f : 0f, data.get(JAVA_FLOAT, 4L * i), "step " + step);
                    }
                }
            }
            return null;
        });
    }

    private static List<Persistent> rootedCalls(Communicator world, MemorySegment memory, CodecChooser codec) {
        Data data = Data.of(memory, ElementType.FLOAT);
        Data part = data.slice(world.rank() * data.count() / 2, data.count() / 2);
        return List.of(
                world.persistent().gather(part, data, 0, codec, USUAL),
                world.persistent().scatter(data, part, 0, codec, USUAL),
                world.persistent().reduce(data, Reduction.MEAN, 0, codec));
    }
}
