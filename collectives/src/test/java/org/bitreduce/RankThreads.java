// SPDX-License-Identifier: Apache-2.0
package org.bitreduce;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import org.bitreduce.transport.shm.LocalGroup;
import org.bitreduce.transport.shm.SharedMemoryGroup;

/** Runs a body on every rank of a group of threads, and hands out what the ranks returned. */
final class RankThreads {

    /** What a rank does. */
    interface Body<T> {
        T run(Communicator world) throws Exception;
    }

    static final CommunicatorOptions OPTIONS =
            CommunicatorOptions.DEFAULT.withDeadline(Duration.ofSeconds(20)).withSeed(42);

    private RankThreads() {}

    static <T> List<T> run(int size, Body<T> body) {
        return run(size, OPTIONS, body);
    }

    static <T> List<T> run(int size, CommunicatorOptions options, Body<T> body) {
        return runWith(size, rank -> options, body);
    }

    static <T> List<T> runWith(int size, IntFunction<CommunicatorOptions> options, Body<T> body) {
        try (LocalGroup group = LocalGroup.of(size);
                ExecutorService threads = Executors.newFixedThreadPool(size)) {
            List<Future<T>> futures = new ArrayList<>();
            for (int rank = 0; rank < size; rank++) {
                int r = rank;
                Callable<T> task = () -> {
                    try (Communicator world = Communicator.over(
                            SharedMemoryGroup.threads(group, r, Duration.ofSeconds(20)), options.apply(r))) {
                        return body.run(world);
                    }
                };
                futures.add(threads.submit(task));
            }
            List<T> results = new ArrayList<>();
            Throwable first = null;
            for (Future<T> future : futures) {
                try {
                    results.add(future.get(50, TimeUnit.SECONDS));
                } catch (ExecutionException e) {
                    if (first == null || first instanceof RankFailedException) {
                        first = e.getCause();
                    }
                }
            }
            if (first != null) {
                throw new AssertionError("a rank failed: " + first, first);
            }
            return results;
        } catch (InterruptedException | java.util.concurrent.TimeoutException e) {
            throw new AssertionError(e);
        }
    }
}
