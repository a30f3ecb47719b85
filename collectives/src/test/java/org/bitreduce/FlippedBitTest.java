// SPDX-License-Identifier: Apache-2.0
package org.bitreduce;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import org.bitreduce.transport.MessageBuffer;
import org.bitreduce.transport.Transport;
import org.bitreduce.transport.shm.LocalGroup;
import org.bitreduce.transport.shm.SharedMemoryGroup;
import org.bitreduce.transport.tcp.TcpEnds;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A bit that a network, or the memory that ranks share, flips, in every message of a rank in turn, anywhere in it. */
@Timeout(60)
class FlippedBitTest {

    private static final int SIZE = 3;
    private static final int COUNT = 20_000;

    /** What came of a call on a rank: a result, or why there is none. */
    private record Result(List<Float> values, CollectiveException failure) {}

    /** Sends one message with one bit flipped; the sender, who reads its own messages, too, keeps what it wrote. */
    private static Transport flipping(Transport wire, AtomicInteger left, SplittableRandom random) {
        return (Transport) Proxy.newProxyInstance(
                Transport.class.getClassLoader(), new Class<?>[] {Transport.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("send") || method.getName().equals("publish")) {
                        if (left.getAndDecrement() == 0) {
                            long length = (Long) arguments[arguments.length - 1];
                            MessageBuffer message = (MessageBuffer) arguments[arguments.length - 2];
                            MessageBuffer sent = wire.allocate(length);
                            MemorySegment.copy(message.segment(), 0, sent.segment(), 0, length);
                            flip(sent.segment(), random.nextLong(8 * length));
                            arguments[arguments.length - 2] = sent;
                        }
                    }
                    try {
                        return method.invoke(wire, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    private static void flip(MemorySegment message, long bit) {
        byte old = message.get(ValueLayout.JAVA_BYTE, bit / 8);
        message.set(ValueLayout.JAVA_BYTE, bit / 8, (byte) (old ^ 1 << bit % 8));
    }

    private static List<Float> list(float... values) {
        List<Float> list = new ArrayList<>();
        for (float value : values) {
            list.add(value);
        }
        return list;
    }

    private static List<Result> run(String wire, Codec codec, AtomicInteger left, SplittableRandom random)
            throws Exception {
        if (wire.equals("tcp")) {
            try (TcpEnds ends = TcpEnds.of(SIZE)) {
                return run(ends::end, RankThreads.OPTIONS, codec, left, random);
            }
        }
        try (LocalGroup group = LocalGroup.of(SIZE)) {
            return run(
                    rank -> SharedMemoryGroup.threads(group, rank, TcpEnds.DEADLINE),
                    RankThreads.OPTIONS.withIntegrity(true),
                    codec,
                    left,
                    random);
        }
    }

    private static List<Result> run(
            IntFunction<Transport> ends,
            CommunicatorOptions options,
            Codec codec,
            AtomicInteger left,
            SplittableRandom random)
            throws Exception {
        List<Result> results = Collections.synchronizedList(new ArrayList<>(Collections.nCopies(SIZE, null)));
        org.bitreduce.transport.RankThreads.run(SIZE, rank -> {
            Transport own = ends.apply(rank);
            Transport end = rank == 0 ? flipping(own, left, random) : own;
            try (Communicator world = Communicator.over(end, options)) {
                float[] values = AllReduceTest.Inputs.gaussian(COUNT, rank, 0);
                CollectiveException failure = null;
                try {
                    world.allReduce(values, Reduction.SUM, codec);
                    world.barrier(); // whom the flipped bit has not met hears of it
                } catch (CollectiveException e) {
                    failure = e;
                }
                results.set(rank, new Result(list(values), failure));
            }
        });
        return results;
    }

    @ParameterizedTest
    @CsvSource({"tcp, 4", "tcp, 32", "shared-memory, 4", "shared-memory, 32"})
    void isDetectedWhereverItIs(String wire, int bits) throws Exception {
        Codec codec = bits == 32 ? Codec.plain() : Codec.uniform(bits);
        long seed = System.nanoTime();
        System.out.println("FlippedBitTest: " + wire + ", bits=" + bits + ", seed=" + seed);
        SplittableRandom random = new SplittableRandom(seed);
        AtomicInteger never = new AtomicInteger(Integer.MAX_VALUE);
        List<Result> right = run(wire, codec, never, random);
        int messages = Integer.MAX_VALUE - never.get();
        assertTrue(messages >= 4, "messages=" + messages);
        for (int message = 0; message < messages; message++) {
            String where = "message " + message + " of " + messages + ", seed=" + seed + ": ";
            List<Result> results = run(wire, codec, new AtomicInteger(message), random);
            assertTrue(
                    results.stream().anyMatch(result -> result.failure() instanceof CorruptFrameException),
                    () -> where + results);
            for (int rank = 0; rank < SIZE; rank++) {
                CollectiveException failure = results.get(rank).failure();
                if (failure == null) { // it had all that it needed before
                    assertEquals(right.get(rank).values(), results.get(rank).values(), where);
                } else {
                    assertTrue(
                            failure instanceof CorruptFrameException || failure instanceof RankFailedException,
                            where + failure);
                }
            }
        }
    }
}
