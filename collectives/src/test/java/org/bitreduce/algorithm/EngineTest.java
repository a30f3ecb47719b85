// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.algorithm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.bitreduce.CallOptions;
import org.bitreduce.Codec;
import org.bitreduce.CommunicatorOptions;
import org.bitreduce.ElementType;
import org.bitreduce.RankFailedException;
import org.bitreduce.Reduction;
import org.bitreduce.transport.Transport;
import org.bitreduce.transport.shm.LocalGroup;
import org.bitreduce.transport.shm.SharedMemoryGroup;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What ends calls otherwise than well. */
@Timeout(60)
class EngineTest {

    /** A transport that finds out in its sleep that a peer is gone. */
    @Test
    void whatFailsInASleepFailsTheEngineAndTellsTheOthers() {
        RankFailedException gone = new RankFailedException("rank 1 is gone");
        List<Object> aborts = new ArrayList<>();
        try (LocalGroup group = LocalGroup.of(2);
                Transport real = SharedMemoryGroup.threads(group, 0, Duration.ofSeconds(20))) {
            Transport sleeping = (Transport) Proxy.newProxyInstance(
                    Transport.class.getClassLoader(), new Class<?>[] {Transport.class}, (proxy, method, arguments) -> {
                        switch (method.getName()) {
                            case "wakes" -> {
                                return true;
                            }
                            case "await" -> throw gone;
                            case "abort" -> aborts.add(arguments[0]);
                            default -> {
                                // as it is
                            }
                        }
                        try {
                            return method.invoke(real, arguments);
                        } catch (InvocationTargetException e) {
                            throw e.getCause();
                        }
                    });
            ProgressLoop loop = new ProgressLoop(sleeping);
            Engine engine = loop.attach(sleeping, CommunicatorOptions.DEFAULT);
            Call call = sumOfFloats();
            assertSame(gone, assertThrows(RankFailedException.class, () -> loop.run(engine, call)));
            assertTrue(engine.hasFailed());
            assertTrue(engine.isDone());
            assertEquals(List.of("rank 1 is gone"), aborts);
            assertSame(gone, assertThrows(RankFailedException.class, () -> engine.post(call)));
        }
    }

    @Test
    void aCallCancelledOnAllRanksIsCancelledAndTheNextOneIsNot() {
        try (LocalGroup group = LocalGroup.of(1);
                Transport transport = SharedMemoryGroup.threads(group, 0, Duration.ofSeconds(20))) {
            ProgressLoop loop = new ProgressLoop(transport);
            Engine engine = loop.attach(transport, CommunicatorOptions.DEFAULT);
            Ticket cancelled = engine.post(sumOfFloats());
            Ticket next = engine.post(sumOfFloats());
            engine.cancel(cancelled);
            assertThrows(CancellationException.class, () -> loop.await(cancelled));
            loop.await(next);
            assertEquals(1, next.outcome().operation());
            engine.cancel(next); // is over, and stays so
            assertEquals(1, next.outcome().operation());
        }
    }

    private static Call sumOfFloats() {
        MemorySegment data = MemorySegment.ofArray(new float[100]);
        return new Call(
                Operation.ALL_REDUCE,
                data,
                data,
                100,
                ElementType.FLOAT,
                Reduction.SUM,
                0,
                Codec.plain(),
                CallOptions.DEFAULT);
    }
}
