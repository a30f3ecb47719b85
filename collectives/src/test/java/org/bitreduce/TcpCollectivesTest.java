// SPDX-License-Identifier: Apache-2.0
package org.bitreduce;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.bitreduce.AllReduceTest.Inputs;
import org.bitreduce.transport.tcp.TcpEnds;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every collective gives the same bits over TCP as through shared memory. */
class TcpCollectivesTest {

    /** One call, and what it gives to a rank. */
    interface Call {
        float[] run(Communicator world, float[] input, Codec codec);
    }

    private static float[] allReduce(Communicator world, float[] input, Codec codec, CallOptions options) {
        MemorySegment data = MemorySegment.ofArray(input.clone());
        world.allReduce(data, data, input.length, ElementType.FLOAT, Reduction.SUM, codec, options);
        return (float[]) data.heapBase().orElseThrow();
    }

    private static float[] reduce(Communicator world, float[] input, Codec codec, Mode mode) {
        float[] data = input.clone();
        world.reduce(Data.of(data), Data.of(data), Reduction.SUM, 1, codec, CallOptions.DEFAULT.withMode(mode));
        return data;
    }

    private static float[] reduceScatter(Communicator world, float[] input, Codec codec) {
        long first = world.partStart(input.length, world.rank(), codec);
        float[] part = new float[(int) (world.partStart(input.length, world.rank() + 1, codec) - first)];
        MemorySegment out = MemorySegment.ofArray(part);
        MemorySegment in = MemorySegment.ofArray(input);
        world.reduceScatter(in, out, input.length, ElementType.FLOAT, Reduction.SUM, codec, CallOptions.DEFAULT);
        return part;
    }

    private static float[] allGather(Communicator world, float[] input, Codec codec) {
        float[] all = new float[world.size() * input.length];
        MemorySegment in = MemorySegment.ofArray(input);
        world.allGather(in, MemorySegment.ofArray(all), input.length, ElementType.FLOAT, codec, CallOptions.DEFAULT);
        return all;
    }

    private static float[] broadcast(Communicator world, float[] input, Codec codec) {
        float[] data = input.clone();
        MemorySegment segment = MemorySegment.ofArray(data);
        world.broadcast(segment, data.length, ElementType.FLOAT, 1, codec, CallOptions.DEFAULT);
        return data;
    }

    private static float[] gatherAndScatter(Communicator world, float[] input, Codec codec) {
        float[] all = new float[world.rank() == 1 ? world.size() * input.length : 0];
        world.gather(Data.of(input), Data.of(all), 1, codec, CallOptions.DEFAULT);
        float[] output = new float[input.length];
        world.scatter(Data.of(all), Data.of(output), 1, codec, CallOptions.DEFAULT);
        return output;
    }

    private static float[] groups(Communicator world, float[] input, Codec codec) {
        float[] data = input.clone();
        try (Communicator back = world.split(0, -world.rank());
                Communicator two = world.rank() < 2 ? world.subgroup(1, 0) : world.subgroup(world.rank())) {
            back.allReduce(data, Reduction.SUM, codec);
            two.allReduce(data, Reduction.MEAN, codec);
        }
        return data;
    }

    static Stream<Arguments> calls() {
        Call twoShot = (world, input, codec) -> allReduce(world, input, codec, CallOptions.DEFAULT);
        Call exact = (world, input, codec) -> allReduce(world, input, codec, CallOptions.DEFAULT.withMode(Mode.EXACT));
        Call gather =
                (world, input, codec) -> allReduce(world, input, codec, CallOptions.DEFAULT.withMode(Mode.GATHER));
        Codec four = Codec.uniform(4);
        List<Object[]> calls = List.of(
                new Object[] {"all-reduce", Codec.plain(), twoShot},
                new Object[] {"all-reduce", four, twoShot},
                new Object[] {"exact all-reduce", four, exact},
                new Object[] {"gathering all-reduce", four, gather},
                new Object[] {"reduce", Codec.plain(), (Call) (world, x, codec) -> reduce(world, x, codec, null)},
                new Object[] {"reduce", four, (Call) (world, x, codec) -> reduce(world, x, codec, Mode.TWOSHOT)},
                new Object[] {"gathering reduce", four, (Call) (world, x, codec) -> reduce(world, x, codec, Mode.GATHER)
                },
                new Object[] {"reduce-scatter", four, (Call) TcpCollectivesTest::reduceScatter},
                new Object[] {"all-gather", four, (Call) TcpCollectivesTest::allGather},
                new Object[] {"broadcast", four, (Call) TcpCollectivesTest::broadcast},
                new Object[] {"gather and scatter", four, (Call) TcpCollectivesTest::gatherAndScatter},
                new Object[] {"groups", four, (Call) TcpCollectivesTest::groups});
        return IntStream.of(2, 3)
                .boxed()
                .flatMap(size -> calls.stream().map(call -> Arguments.of(size, call[0], call[1], call[2])));
    }

    @ParameterizedTest(name = "{0} ranks, {1}, {2}")
    @MethodSource("calls")
    void givesTheSameBitsAsSharedMemory(int size, String name, Codec codec, Call call) throws Exception {
        int[] counts = {0, 513, 400_001};
        for (int count : counts) {
            float[][] inputs = Inputs.gaussianOfAll(count, size, 0);
            List<float[]> expected = RankThreads.run(size, world -> call.run(world, inputs[world.rank()], codec));
            AtomicReferenceArray<float[]> results = new AtomicReferenceArray<>(size);
            try (TcpEnds ends = TcpEnds.of(size)) {
                org.bitreduce.transport.RankThreads.run(size, rank -> {
                    try (Communicator world = Communicator.over(ends.end(rank), RankThreads.OPTIONS)) {
                        assertEquals("tcp", world.transportName());
                        results.set(rank, call.run(world, inputs[rank], codec));
                    }
                });
            }
            for (int rank = 0; rank < size; rank++) {
                assertArrayEquals(expected.get(rank), results.get(rank), name + ", count=" + count + ", rank=" + rank);
            }
        }
    }
}
