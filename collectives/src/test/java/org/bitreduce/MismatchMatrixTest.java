// SPDX-License-Identifier: Apache-2.0
package org.bitreduce;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.bitreduce.algorithm.Algorithm;
import org.bitreduce.algorithm.AlgorithmTable;
import org.bitreduce.transport.Transport;
import org.bitreduce.transport.hosts.HostsEnds;
import org.bitreduce.transport.hosts.HostsTransport;
import org.bitreduce.transport.tcp.TcpEnds;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every field of a call, wrong on every rank in turn, over shared memory, TCP, and both in one group, where the one that is
 * wrong shares memory with none or one of those it differs from; {@code MpjTransportTest} runs the same
 * under MPJ Express. Then the options of a communicator, which no later call can mend.
 */
@Timeout(120)
class MismatchMatrixTest {

    private static final int SIZE = 3;

    private static <T> List<T> over(
            String transport, IntFunction<CommunicatorOptions> options, RankThreads.Body<T> body) throws Exception {
        if (transport.equals("shared-memory")) {
            return RankThreads.runWith(SIZE, options, body);
        }
        if (transport.equals(HostsTransport.NAME)) {
            try (HostsEnds ends = new HostsEnds(Placement.of(0, 1, 0))) {
                return over(ends::end, options, body);
            }
        }
        try (TcpEnds ends = TcpEnds.of(SIZE)) {
            return over(ends::end, options, body);
        }
    }

    private static <T> List<T> over(
            IntFunction<Transport> ends, IntFunction<CommunicatorOptions> options, RankThreads.Body<T> body)
            throws Exception {
        AtomicReferenceArray<T> results = new AtomicReferenceArray<>(SIZE);
        org.bitreduce.transport.RankThreads.run(SIZE, rank -> {
            try (Communicator world = Communicator.over(ends.apply(rank), options.apply(rank))) {
                results.set(rank, body.run(world));
            }
        });
        return IntStream.range(0, SIZE).mapToObj(results::get).toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"shared-memory", "tcp", HostsTransport.NAME})
    void differingCallsAreNamedOnEveryRank(String transport) throws Exception {
        List<Integer> entries = over(transport, rank -> RankThreads.OPTIONS, world -> {
            assertEquals(transport, world.transportName());
            return MismatchMatrix.run(world);
        });
        System.out.printf(
                "mismatch matrix over %s: %s x %d ranks = %d calls, each seen by all ranks%n",
                transport, MismatchMatrix.describe(), SIZE, entries.get(0));
        assertTrue(entries.get(0) > 100 * SIZE, "entries=" + entries);
    }

    static Stream<Arguments> options() {
        CommunicatorOptions usual = RankThreads.OPTIONS;
        List<Object[]> fields = List.of(
                new Object[] {"seed", usual.withSeed(43), "42", "43"},
                new Object[] {"NaN policy", usual.withNonFinite(NonFinitePolicy.ZERO), "THROW", "ZERO"},
                new Object[] {"integrity", usual.withIntegrity(true), "off", "on"},
                new Object[] {
                    "table of algorithms", usual.withAlgorithms(AlgorithmTable.only(Algorithm.GRID)), "0x", "0x"
                });
        return Stream.of("shared-memory", "tcp", HostsTransport.NAME)
                .flatMap(transport -> fields.stream()
                        .flatMap(field -> Stream.of(0, 1, 2)
                                .map(rank -> Arguments.of(transport, field[0], rank, field[1], field[2], field[3]))));
    }

    /** Such ranks cannot work together, but the exception stays clean: nothing of the transport is lost. */
    @ParameterizedTest(name = "{1} differs on rank {2} over {0}")
    @MethodSource("options")
    void differingOptionsAreNamedOnEveryRank(
            String transport, String field, int wrong, CommunicatorOptions other, String right, String deviant)
            throws Exception {
        over(transport, rank -> rank == wrong ? other : RankThreads.OPTIONS, world -> {
            for (int call = 0; call < 2; call++) {
                float[] data = {1, 2, 3};
                var e = assertThrows(
                        MismatchException.class, () -> world.allReduce(data, Reduction.SUM, Codec.plain()));
                String first = wrong == 0 ? deviant : right;
                String second = wrong == 0 ? right : deviant;
                int named = wrong == 0 ? 1 : wrong;
                assertTrue(e.getMessage().contains(": %s is %s".formatted(field, first)), e::getMessage);
                assertTrue(e.getMessage().contains("on rank 0 and " + second), e::getMessage);
                assertTrue(e.getMessage().contains("on rank " + named), e::getMessage);
                assertEquals(6, data[0] + data[1] + data[2]);
            }
            return null;
        });
    }

    /** A rank that counts its calls otherwise is found, and may count on as the others do. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void differingOperationNumbersAreNamed(int wrong) throws Exception {
        for (String transport : List.of("shared-memory", "tcp", HostsTransport.NAME)) {
            over(transport, rank -> RankThreads.OPTIONS, world -> {
                if (world.rank() == wrong) {
                    world.resumeAt(10);
                }
                var e = assertThrows(MismatchException.class, world::barrier);
                assertTrue(e.getMessage().contains("operation number is "), e::getMessage);
                world.resumeAt(20);
                world.barrier();
                return null;
            });
        }
    }
}
