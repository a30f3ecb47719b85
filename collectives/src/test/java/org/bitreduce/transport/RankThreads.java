// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.transport;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Runs one task per rank, each in a platform thread of its own, and passes on the first error. */
public final class RankThreads {

    private static final long DEADLINE_SECONDS = 50;

    private RankThreads() {}

    /** What a rank does. */
    @FunctionalInterface
    public interface RankTask {

        /**
         * Runs.
         *
         * @param rank the rank
         * @throws Exception any error
         */
        void run(int rank) throws Exception;
    }

    /**
     * Runs the tasks and waits for them.
     *
     * @param size number of ranks
     * @param task what each does
     * @throws Exception the first error of any rank
     */
    public static void run(int size, RankTask task) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(size);
        try {
            List<Future<?>> ranks = new ArrayList<>();
            for (int rank = 0; rank < size; rank++) {
                int mine = rank;
                ranks.add(threads.submit(() -> {
                    task.run(mine);
                    return null;
                }));
            }
            await(ranks);
        } finally {
            threads.shutdownNow();
        }
    }

    private static void await(List<Future<?>> ranks) throws Exception {
        Throwable first = null;
        for (int rank = 0; rank < ranks.size(); rank++) {
            try {
                ranks.get(rank).get(DEADLINE_SECONDS, TimeUnit.SECONDS);
            } catch (ExecutionException e) {
                Throwable error = new AssertionError("rank " + rank + ": " + e.getCause(), e.getCause());
                if (first == null) {
                    first = error;
                } else {
                    first.addSuppressed(error);
                }
            } catch (TimeoutException e) {
                throw new AssertionError("rank " + rank + " hangs", first == null ? e : first);
            }
        }
        if (first instanceof Error error) {
            throw error;
        }
    }
}
