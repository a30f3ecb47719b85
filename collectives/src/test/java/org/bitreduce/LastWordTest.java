// SPDX-License-Identifier: Apache-2.0
package org.bitreduce;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.bitreduce.algorithm.Algorithm;
import org.bitreduce.algorithm.AlgorithmTable;
import org.bitreduce.transport.MessageBuffer;
import org.bitreduce.transport.Transport;
import org.bitreduce.transport.tcp.TcpEnds;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A rank that has got all that it needs may have sent less than the others need: it must not leave the call before, for
 * what it does next may wait for them.
 */
@Timeout(120)
class LastWordTest {

    private static final int SIZE = 4;
    private static final int LONG_BYTES = 6 << 20;
    private static final long TAG_OF_NO_CALL = Long.MAX_VALUE;
    private static final int COUNT = 3_000;

    enum Kind {
        BARRIER,
        ALL_REDUCE,
        ALL_REDUCE_FREE,
        REDUCE_SCATTER,
        REDUCE_TO_OTHER,
        ALL_GATHER,
        GATHER_TO_OTHER,
        SCATTER,
        BROADCAST
    }

    static Stream<Arguments> calls() {
        return Arrays.stream(Kind.values())
                .flatMap(kind -> Arrays.stream(Algorithm.values())
                        .flatMap(algorithm -> Stream.of(Codec.plain(), Codec.uniform(4))
                                .map(codec -> Arguments.of(kind, algorithm, codec))))
                .filter(call -> call.get()[0] != Kind.BARRIER || call.get()[2].equals(Codec.plain()));
    }

    @ParameterizedTest(name = "{0}, {1}, {2}")
    @MethodSource("calls")
    void aCallEndsWhenNobodyWaitsForThisRank(Kind kind, Algorithm algorithm, Codec codec) throws Exception {
        CommunicatorOptions options = RankThreads.OPTIONS.withAlgorithms(AlgorithmTable.only(algorithm));
        CountDownLatch others = new CountDownLatch(SIZE - 1);
        try (TcpEnds ends = TcpEnds.of(SIZE)) {
            org.bitreduce.transport.RankThreads.run(SIZE, rank -> {
                Transport end = ends.end(rank);
                try (Communicator world = Communicator.over(end, options)) {
                    world.barrier();
                    if (rank == 0) { // what it sends in the call waits behind more than the system takes at once
                        for (int peer = 1; peer < SIZE; peer++) {
                            MessageBuffer message = end.allocate(LONG_BYTES);
                            end.send(end.newRequest(), peer, TAG_OF_NO_CALL, message, LONG_BYTES);
                        }
                    }
                    call(world, kind, codec);
                    if (rank > 0) {
                        others.countDown();
                    } else {
                        assertTrue(others.await(10, TimeUnit.SECONDS), "others still wait for rank 0");
                    }
                }
            });
        }
    }

    private static void call(Communicator world, Kind kind, Codec codec) {
        int other = SIZE - 1;
        Data all = Data.of(new float[COUNT * SIZE]);
        Data part = Data.of(new float[COUNT]);
        CallOptions usual = CallOptions.DEFAULT;
        switch (kind) {
            case BARRIER -> world.barrier();
            case ALL_REDUCE -> world.allReduce(part, part, Reduction.SUM, codec, usual);
            case ALL_REDUCE_FREE -> world.allReduce(part, part, Reduction.SUM, codec, usual.withOrder(Order.FREE));
            case REDUCE_SCATTER ->
                world.reduceScatter(all, Data.of(new float[2 * COUNT * SIZE]), Reduction.SUM, codec, usual);
            case REDUCE_TO_OTHER -> world.reduce(part, part, Reduction.SUM, other, codec, usual);
            case ALL_GATHER -> world.allGather(part, all, codec, usual);
            case GATHER_TO_OTHER -> world.gather(part, all, other, codec, usual);
            case SCATTER -> world.scatter(all, part, 0, codec, usual);
            case BROADCAST -> world.broadcast(part, 0, codec, usual);
        }
    }
}
