// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.bitreduce.Communicator;
import org.bitreduce.CommunicatorOptions;
import org.bitreduce.transport.shm.LocalGroup;
import org.bitreduce.transport.shm.SharedMemoryGroup;

/** Runs ranks as threads of a test. */
final class Ranks {

    /** What a rank does. */
    @FunctionalInterface
    interface Program<T> {
        T run(Communicator world);
    }

    private Ranks() {}

    static <T> List<T> run(int size, Program<T> program) throws InterruptedException, ExecutionException {
        LocalGroup group = LocalGroup.of(size);
        Duration deadline = Duration.ofSeconds(30);
        try (ExecutorService threads = Executors.newFixedThreadPool(size)) {
            List<Future<T>> futures = new ArrayList<>();
            for (int r = 0; r < size; r++) {
                int rank = r;
                futures.add(threads.submit(() -> {
                    try (Communicator world = Communicator.over(
                            SharedMemoryGroup.threads(group, rank, deadline),
                            CommunicatorOptions.DEFAULT.withDeadline(deadline))) {
                        return program.run(world);
                    }
                }));
            }
            List<T> results = new ArrayList<>();
            for (Future<T> future : futures) {
                results.add(future.get());
            }
            return results;
        }
    }
}
