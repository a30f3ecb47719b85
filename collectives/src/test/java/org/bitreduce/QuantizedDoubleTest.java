// SPDX-License-Identifier: Apache-2.0
package org.bitreduce;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.bitreduce.AllReduceTest.Inputs;
import org.bitreduce.algorithm.Algorithm;
import org.bitreduce.algorithm.AlgorithmTable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Quantizing calls on doubles have the result of the same calls on floats, widened. */
@Timeout(60)
class QuantizedDoubleTest {

    private static final CallOptions USUAL = CallOptions.DEFAULT;

    /** One call, on vectors of either type. */
    interface Collective {
        Data run(Communicator world, Data input);
    }

    private static Data like(Data input, long count) {
        long bytes = count * input.type().bytes();
        return new Data(Arena.ofAuto().allocate(bytes + 8, 64).asSlice(4, bytes), input.type(), count);
    }

    private static Collective allReduce(Codec codec, Mode mode, boolean inPlace) {
        return (world, input) -> {
            Data output = inPlace ? input : like(input, input.count());
            world.allReduce(input, output, Reduction.MEAN, codec, USUAL.withMode(mode));
            return output;
        };
    }

    private static Data reduceScatter(Communicator world, Data input) {
        Codec codec = Codec.uniform(5);
        long first = world.partStart(input.count(), world.rank(), codec);
        Data output = like(input, world.partStart(input.count(), world.rank() + 1, codec) - first);
        world.reduceScatter(input, output, Reduction.SUM, codec, USUAL);
        return output;
    }

    private static Data allGather(Communicator world, Data input) {
        Data output = like(input, world.size() * input.count());
        world.allGather(input, output, Codec.uniform(3), USUAL);
        return output;
    }

    private static Data gatherThenScatter(Communicator world, Data input) {
        Data all = like(input, world.size() * input.count());
        world.gather(input, all, 0, Codec.uniform(6), USUAL);
        Data output = like(input, input.count());
        world.scatter(all, output, 0, Codec.uniform(4), USUAL);
        return output;
    }

    private static Data broadcast(Communicator world, Data input) {
        world.broadcast(input, world.size() - 1, Codec.uniform(8), USUAL);
        return input;
    }

    static Stream<Arguments> calls() {
        Codec small = new Codec(6, Norm.EUCLIDEAN, 5, Rounding.NEAREST);
        Codec stripe = new Codec(2, Norm.MAX, 12, Rounding.STOCHASTIC);
        List<Arguments> calls = List.of(
                Arguments.of("two-shot", allReduce(Codec.uniform(4), Mode.TWOSHOT, false)),
                Arguments.of("two-shot in place", allReduce(small, Mode.TWOSHOT, true)),
                Arguments.of("two-shot signs", allReduce(Codec.sign(Norm.MEAN_MAGNITUDE), Mode.TWOSHOT, true)),
                Arguments.of("exact", allReduce(stripe, Mode.EXACT, false)),
                Arguments.of("exact in place", allReduce(Codec.uniform(7), Mode.EXACT, true)),
                Arguments.of("votes", allReduce(Codec.sign(Norm.UNIT), Mode.EXACT, true)),
                Arguments.of("gather mode", allReduce(Codec.uniform(4), Mode.GATHER, false)),
                Arguments.of("gather mode in place", allReduce(stripe, Mode.GATHER, true)),
                Arguments.of("reduce-scatter", (Collective) QuantizedDoubleTest::reduceScatter),
                Arguments.of("all-gather", (Collective) QuantizedDoubleTest::allGather),
                Arguments.of("gather and scatter", (Collective) QuantizedDoubleTest::gatherThenScatter),
                Arguments.of("broadcast", (Collective) QuantizedDoubleTest::broadcast));
        return calls.stream()
                .flatMap(call -> Stream.of(1, 3)
                        .flatMap(size -> Stream.of(1, 513, 10_001)
                                .map(count -> Arguments.of(call.get()[0], call.get()[1], size, count))));
    }

    @ParameterizedTest(name = "{0}, {2} ranks, {3} elements")
    @MethodSource("calls")
    void hasTheBitsOfTheFloatCallWidened(String name, Collective call, int size, int count) {
        compare(call, size, count, RankThreads.OPTIONS);
    }

    @Test
    void hasThemInManyChunksAndOnEverySchedule() {
        compare(allReduce(Codec.uniform(4), Mode.TWOSHOT, true), 2, 1_100_000, RankThreads.OPTIONS);
        for (Algorithm algorithm : Algorithm.values()) {
            compare(
                    allReduce(Codec.uniform(4), Mode.TWOSHOT, true),
                    4,
                    300,
                    RankThreads.OPTIONS.withAlgorithms(AlgorithmTable.only(algorithm)));
        }
    }

    private static void compare(Collective call, int size, int count, CommunicatorOptions options) {
        float[][] floats = Inputs.gaussianOfAll(count, size, 0);
        List<float[]> expected = RankThreads.run(
                size,
                options,
                world -> call.run(world, Data.of(floats[world.rank()].clone()))
                        .memory()
                        .toArray(ValueLayout.JAVA_FLOAT_UNALIGNED));
        RankThreads.run(size, options, world -> {
            double[] doubles = widened(floats[world.rank()]);
            // Not a float, but nearest to the one above.
            doubles[0] += Math.ulp(floats[world.rank()][0]) / 4;
            MemorySegment result = call.run(world, Data.of(doubles)).memory();
            assertArrayEquals(widened(expected.get(world.rank())), result.toArray(ValueLayout.JAVA_DOUBLE_UNALIGNED));
            return null;
        });
    }

    private static double[] widened(float[] floats) {
        double[] doubles = new double[floats.length];
        Arrays.setAll(doubles, i -> floats[i]);
        return doubles;
    }

    @Test
    void beyondFloatsRangeIsNotFinite() {
        double[] large = new double[600];
        large[555] = 1e39;
        List<String> messages = RankThreads.run(
                2,
                world -> assertThrows(
                                NonFiniteException.class,
                                () -> world.allReduce(large.clone(), Reduction.SUM, Codec.uniform(8)))
                        .getMessage());
        assertTrue(messages.getFirst().contains("the first at index 555"), messages.getFirst());
        RankThreads.run(2, RankThreads.OPTIONS.withNonFinite(NonFinitePolicy.ZERO), world -> {
            double[] data = large.clone();
            data[3] = 2;
            world.allReduce(data, Reduction.SUM, Codec.uniform(8));
            assertEquals(0, data[555]);
            assertEquals(4, data[3]);
            return null;
        });
        RankThreads.run(2, RankThreads.OPTIONS.withNonFinite(NonFinitePolicy.PROPAGATE), world -> {
            double[] data = large.clone();
            world.allReduce(data, Reduction.SUM, Codec.uniform(8));
            assertTrue(Double.isNaN(data[512]) && Double.isNaN(data[599]));
            assertEquals(0, data[511]);
            return null;
        });
        RankThreads.run(2, world -> {
            double[] data = large.clone();
            world.allReduce(data, Reduction.SUM);
            assertEquals(2e39, data[555]);
            return null;
        });
    }
}
