// SPDX-License-Identifier: Apache-2.0
package org.bitreduce;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.IntFunction;
import org.bitreduce.AllReduceTest.Inputs;
import org.bitreduce.algorithm.Algorithm;
import org.bitreduce.algorithm.AlgorithmTable;
import org.bitreduce.transport.hosts.HostsEnds;
import org.bitreduce.transport.tcp.TcpEnds;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Calls whose elements travel to their owners with the agreement, over TCP. */
@Timeout(60)
class EagerTest {

    private static final CommunicatorOptions OPTIONS =
            RankThreads.OPTIONS.withAlgorithms(AlgorithmTable.only(Algorithm.EAGER));

    private static void run(int size, IntFunction<CommunicatorOptions> options, RankThreads.Body<Void> body)
            throws Exception {
        try (TcpEnds ends = TcpEnds.of(size)) {
            org.bitreduce.transport.RankThreads.run(size, rank -> {
                try (Communicator world = Communicator.over(ends.end(rank), options.apply(rank))) {
                    body.run(world);
                }
            });
        }
    }

    private static void run(int size, RankThreads.Body<Void> body) throws Exception {
        run(size, rank -> OPTIONS, body);
    }

    private static Outcome allReduce(Communicator world, float[] x, Codec codec, CallOptions options) {
        MemorySegment data = MemorySegment.ofArray(x);
        return world.allReduce(data, data, x.length, ElementType.FLOAT, Reduction.MEAN, codec, options);
    }

    /** As many elements as may travel so, one more, and such of which some ranks own nothing. */
    @ParameterizedTest
    @ValueSource(ints = {2, 3, 4, 5, 17})
    void theLongestVectorTravelsEarlyAndALongerOneDoesNot(int size) throws Exception {
        int most = (int) Algorithm.eagerBytes(size) / Float.BYTES;
        for (Codec codec : List.of(Codec.plain(), Codec.uniform(4))) {
            Mode mode = codec.isPlain() ? Mode.PLAIN : Mode.TWOSHOT;
            for (int count : new int[] {1, 513, most - 1, most, most + 1}) {
                float[][] inputs = Inputs.gaussianOfAll(count, size, count);
                float[] expected = new Oracle(inputs, codec, Reduction.MEAN, 42, 0, 0).allReduce(mode);
                run(size, world -> {
                    float[] x = inputs[world.rank()].clone();
                    Outcome outcome = allReduce(world, x, codec, CallOptions.DEFAULT);
                    assertArrayEquals(expected, x, codec + ", " + count);
                    assertEquals(count > most ? Algorithm.DIRECT : Algorithm.EAGER, outcome.algorithm());
                    return null;
                });
            }
        }
    }

    static List<Arguments> others() {
        return List.of(
                Arguments.of("a scale for all", new Codec(4, Norm.MAX, Codec.WHOLE_VECTOR, Rounding.STOCHASTIC), null),
                Arguments.of("large buckets", new Codec(4, Norm.MAX, 10, Rounding.STOCHASTIC), null),
                Arguments.of("integer sums", Codec.uniform(4), Mode.EXACT),
                Arguments.of("gathered", Codec.uniform(4), Mode.GATHER));
    }

    /** What an owner could not round for others goes the usual way. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("others")
    void whatOwnersCannotRoundTravelsLater(String name, Codec codec, Mode mode) throws Exception {
        float[][] inputs = Inputs.gaussianOfAll(3_000, 3, 1);
        Mode used = mode == null ? Mode.TWOSHOT : mode;
        float[] expected = new Oracle(inputs, codec, Reduction.MEAN, 42, 0, 0).allReduce(used);
        run(3, world -> {
            float[] x = inputs[world.rank()].clone();
            Outcome outcome = allReduce(world, x, codec, CallOptions.DEFAULT.withMode(mode));
            assertArrayEquals(expected, x);
            assertEquals(Algorithm.DIRECT, outcome.algorithm());
            return null;
        });
    }

    /**
     * The elements have come when a width is chosen for which they are of no use, or they are plain after all; the errors
     * told are those of the input, which the result goes over.
     */
    @ParameterizedTest
    @ValueSource(ints = {4, 32})
    void aControllerMayDecideAnything(int prototypeBits) throws Exception {
        Codec prototype = prototypeBits == 32 ? Codec.plain() : Codec.uniform(prototypeBits);
        List<Double> direct = decideAnything(prototype, Algorithm.DIRECT);
        assertEquals(direct, decideAnything(prototype, Algorithm.EAGER));
        assertTrue(direct.get(5) > 0, direct::toString);
    }

    /** {@return the errors that rank 0 was told} */
    private static List<Double> decideAnything(Codec prototype, Algorithm algorithm) throws Exception {
        List<Codec> decisions = List.of(
                Codec.uniform(2),
                new Codec(4, Norm.MAX, Codec.WHOLE_VECTOR, Rounding.STOCHASTIC),
                Codec.plain(),
                Codec.uniform(4),
                Codec.plain(),
                new Codec(3, Norm.EUCLIDEAN, 6, Rounding.NEAREST));
        int count = 4_097;
        List<Double> errors = new ArrayList<>();
        CommunicatorOptions options = RankThreads.OPTIONS.withAlgorithms(AlgorithmTable.only(algorithm));
        run(3, rank -> options, world -> {
            int[] calls = {0};
            CodecChooser chooser = new CodecChooser() {
                @Override
                public Codec choose(AgreedStatistics agreed) {
                    return decisions.get(calls[0]++ % decisions.size());
                }

                @Override
                public Codec prototype() {
                    return prototype;
                }

                @Override
                public long fingerprint() {
                    return calls[0];
                }
            };
            MemorySegment data = Arena.ofAuto().allocate(count * 4L, 64);
            Persistent repeated = world.persistent()
                    .allReduce(data, data, count, ElementType.FLOAT, Reduction.MEAN, chooser, CallOptions.DEFAULT);
            for (int step = 0; step < 3 * decisions.size(); step++) {
                Codec codec = decisions.get(step % decisions.size());
                float[][] inputs = Inputs.gaussianOfAll(count, 3, step);
                MemorySegment.copy(inputs[world.rank()], 0, data, JAVA_FLOAT, 0, count);
                repeated.run();
                Mode mode = codec.isPlain() ? Mode.PLAIN : Mode.TWOSHOT;
                float[] expected = new Oracle(inputs, codec, Reduction.MEAN, 42, step, 0).allReduce(mode);
                assertArrayEquals(expected, data.toArray(JAVA_FLOAT), "step " + step + ", " + codec);
                boolean useful = codec.isPlain() || !codec.isWholeVector();
                assertEquals(
                        useful ? algorithm : Algorithm.DIRECT,
                        repeated.outcome().algorithm());
                if (world.rank() == 0) {
                    errors.add(repeated.outcome().relativeError());
                }
            }
            return null;
        });
        return errors;
    }

    /** What rounding drops is kept as by the schedule whose messages are codes. */
    @Test
    void residualsAreThoseOfTheDirectSchedule() throws Exception {
        int count = 2_600;
        AtomicReferenceArray<float[]> kept = new AtomicReferenceArray<>(2 * 3);
        for (Algorithm algorithm : List.of(Algorithm.DIRECT, Algorithm.EAGER)) {
            int at = algorithm == Algorithm.EAGER ? 3 : 0;
            CommunicatorOptions options = RankThreads.OPTIONS.withAlgorithms(AlgorithmTable.only(algorithm));
            run(3, rank -> options, world -> {
                MemorySegment residual = Arena.ofAuto().allocate(count * 4L, 64);
                for (int step = 0; step < 3; step++) {
                    float[] x = Inputs.gaussian(count, world.rank(), step);
                    Outcome outcome = allReduce(world, x, Codec.uniform(3), CallOptions.DEFAULT.withResidual(residual));
                    assertEquals(algorithm, outcome.algorithm());
                }
                kept.set(at + world.rank(), residual.toArray(JAVA_FLOAT));
                return null;
            });
        }
        for (int rank = 0; rank < 3; rank++) {
            assertNotEquals(0, kept.get(rank)[7]);
            assertArrayEquals(kept.get(rank), kept.get(3 + rank), "rank " + rank);
        }
    }

    @Test
    void doublesTravelPlainOnly() throws Exception {
        run(4, world -> {
            double[] x = new double[5_000];
            for (int i = 0; i < x.length; i++) {
                x[i] = i * 1e-300 + world.rank();
            }
            Outcome plain = world.allReduce(x, Reduction.MAX, Codec.plain());
            assertEquals(Algorithm.EAGER, plain.algorithm());
            for (int i = 0; i < x.length; i++) {
                assertEquals(i * 1e-300 + 3, x[i]);
            }
            assertEquals(
                    Algorithm.DIRECT,
                    world.allReduce(x, Reduction.SUM, Codec.uniform(4)).algorithm());
            return null;
        });
    }

    /** Where some ranks share memory and others do not; in a group of some of them; several calls at once. */
    @Test
    void hostsGroupsAndCallsAtOnceGiveTheSameBits() throws Exception {
        int count = 3_000;
        Placement placement = Placement.of(new int[] {0, 0, 1, 1, 1});
        float[][] inputs = Inputs.gaussianOfAll(count, 5, 0);
        try (HostsEnds ends = new HostsEnds(placement)) {
            org.bitreduce.transport.RankThreads.run(5, rank -> {
                try (Communicator world = Communicator.over(ends.end(rank), OPTIONS)) {
                    float[] x = inputs[rank].clone();
                    assertEquals(
                            Algorithm.EAGER,
                            allReduce(world, x, Codec.uniform(4), CallOptions.DEFAULT)
                                    .algorithm());
                    assertArrayEquals(expected(inputs, Codec.uniform(4), 0), x);
                    checkCallsAtOnce(world, inputs);
                    checkGroup(world, inputs);
                }
            });
        }
    }

    private static float[] expected(float[][] inputs, Codec codec, long operation) {
        Mode mode = codec.isPlain() ? Mode.PLAIN : Mode.TWOSHOT;
        return new Oracle(inputs, codec, Reduction.MEAN, 42, operation, 0).allReduce(mode);
    }

    private static void checkCallsAtOnce(Communicator world, float[][] inputs) {
        List<MemorySegment> results = new ArrayList<>();
        List<Pending> calls = new ArrayList<>();
        int count = inputs[0].length;
        for (int call = 0; call < 5; call++) {
            MemorySegment data = Arena.ofAuto().allocate(count * 4L, 64);
            MemorySegment.copy(inputs[world.rank()], 0, data, JAVA_FLOAT, 0, count);
            results.add(data);
            calls.add(world.nonBlocking()
                    .allReduce(
                            data, data, count, ElementType.FLOAT, Reduction.MEAN, Codec.plain(), CallOptions.DEFAULT));
        }
        for (int call = 0; call < 5; call++) {
            assertEquals(Algorithm.EAGER, calls.get(call).await().algorithm());
            assertArrayEquals(
                    expected(inputs, Codec.plain(), 0), results.get(call).toArray(JAVA_FLOAT));
        }
    }

    private static void checkGroup(Communicator world, float[][] inputs) {
        int[] members = {1, 2, 4};
        if (Arrays.stream(members).noneMatch(member -> member == world.rank())) {
            return;
        }
        try (Communicator group = world.subgroup(members)) {
            float[] x = inputs[world.rank()].clone();
            assertEquals(
                    Algorithm.EAGER,
                    allReduce(group, x, Codec.plain(), CallOptions.DEFAULT).algorithm());
            float[][] theirs = {inputs[1], inputs[2], inputs[4]};
            assertArrayEquals(expected(theirs, Codec.plain(), 0), x);
        }
    }

    /** One message less per peer, and two of three steps. */
    @Test
    void twoMessagesGoToEveryPeer() throws Exception {
        int count = 4 * 1024;
        for (Algorithm algorithm : List.of(Algorithm.DIRECT, Algorithm.EAGER)) {
            CommunicatorOptions options = RankThreads.OPTIONS.withAlgorithms(AlgorithmTable.only(algorithm));
            run(4, rank -> options, world -> {
                Outcome outcome = allReduce(world, new float[count], Codec.plain(), CallOptions.DEFAULT);
                assertEquals((algorithm == Algorithm.EAGER ? 2L : 3L) * 3, outcome.wireMessages());
                return null;
            });
        }
    }

    /** Elements that came with a record that differs are dropped, and the next call is not disturbed by them. */
    @Test
    void callsThatDifferFailCleanly() throws Exception {
        ConcurrentLinkedQueue<String> failures = new ConcurrentLinkedQueue<>();
        run(3, world -> {
            for (int deviating = 0; deviating < 3; deviating++) {
                int count = world.rank() == deviating ? 15_000 : 3_000;
                float[] x = Inputs.gaussian(count, world.rank(), 0);
                float[] before = x.clone();
                failures.add(assertThrows(
                                MismatchException.class, () -> allReduce(world, x, Codec.plain(), CallOptions.DEFAULT))
                        .getMessage());
                assertArrayEquals(before, x);
                boolean odd = world.rank() == deviating;
                failures.add(assertThrows(MismatchException.class, () -> {
                            if (odd) {
                                world.barrier();
                            } else {
                                allReduce(world, x, Codec.plain(), CallOptions.DEFAULT);
                            }
                        })
                        .getMessage());
                float[] ones = {1, 1, 1};
                allReduce(world, ones, Codec.plain(), CallOptions.DEFAULT);
                assertArrayEquals(new float[] {1, 1, 1}, ones);
            }
            return null;
        });
        assertEquals(18, failures.size());
        failures.forEach(failure -> assertTrue(failure.contains("did not make the same call"), failure));
    }

    @Test
    void nonFiniteElementsAreRefusedBeforeAnythingIsWritten() throws Exception {
        run(3, world -> {
            float[] x = Inputs.gaussian(2_000, world.rank(), 0);
            x[1_900] = world.rank() == 1 ? Float.NaN : 0;
            float[] before = x.clone();
            NonFiniteException failure = assertThrows(
                    NonFiniteException.class, () -> allReduce(world, x, Codec.uniform(4), CallOptions.DEFAULT));
            assertTrue(failure.getMessage().contains("rank 1 has 1, the first at index 1900"), failure.getMessage());
            assertArrayEquals(before, x);
            return null;
        });
    }

    /** As of every schedule: less than three bytes per step. */
    @ParameterizedTest
    @ValueSource(ints = {4, 32})
    void thousandsOfStepsMakeNoGarbage(int bits) throws Exception {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        Codec codec = bits == 32 ? Codec.plain() : Codec.uniform(bits);
        int count = 3_000;
        run(2, world -> {
            MemorySegment data = Arena.ofAuto().allocate(count * 4L, 64);
            Persistent call = world.persistent()
                    .allReduce(data, data, count, ElementType.FLOAT, Reduction.MEAN, codec, CallOptions.DEFAULT);
            for (int step = 0; step < 12_000; step++) {
                call.run();
            }
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int step = 0; step < 4_000; step++) {
                call.run();
            }
            long bytes = threads.getCurrentThreadAllocatedBytes() - before;
            assertEquals(Algorithm.EAGER, call.outcome().algorithm());
            assertTrue(bytes < 10_000, "bytes in 4,000 steps: " + bytes);
            return null;
        });
    }
}
