// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.train;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.bitreduce.Communicator;
import org.bitreduce.CommunicatorOptions;
import org.bitreduce.RankFailedException;
import org.bitreduce.join.LocalRank;
import org.bitreduce.transport.shm.LocalGroup;

/** Runs the ranks of one training run as threads of this program. Stateless. */
final class ThreadGroupOfRanks {

    /** What one rank does. */
    interface Body<T> {
        T run(Communicator communicator) throws IOException;
    }

    private ThreadGroupOfRanks() {}

    /**
     * Runs a body on all ranks.
     *
     * @return what each rank returned, in rank order
     * @throws ExecutionException with the exception of the rank that failed; a rank that failed because another one did
     *     is named only if there is no other
     */
    static <T> List<T> run(int ranks, CommunicatorOptions options, Body<T> body)
            throws ExecutionException, InterruptedException {
        List<FutureTask<T>> tasks = new ArrayList<>();
        try (LocalGroup group = LocalGroup.of(ranks)) {
            for (int r = 0; r < ranks; r++) {
                LocalRank self = new LocalRank(group, r, ranks);
                FutureTask<T> task = new FutureTask<>(
                        () -> ScopedValue.where(LocalRank.CURRENT, self).call(() -> joined(options, body)));
                tasks.add(task);
                Thread.ofPlatform().name("rank-" + r).daemon().start(task);
            }
            return results(tasks);
        }
    }

    private static <T> T joined(CommunicatorOptions options, Body<T> body) throws IOException {
        try (Communicator communicator = Communicator.join(new String[0], options)) {
            return body.run(communicator);
        }
    }

    private static <T> List<T> results(List<FutureTask<T>> tasks) throws ExecutionException, InterruptedException {
        List<T> results = new ArrayList<>();
        ExecutionException first = null;
        for (FutureTask<T> task : tasks) {
            try {
                results.add(task.get());
            } catch (ExecutionException failed) {
                boolean consequence = failed.getCause() instanceof RankFailedException;
                first = first == null || (first.getCause() instanceof RankFailedException && !consequence)
                        ? failed
                        : first;
            }
        }
        if (first != null) {
            throw first;
        }
        return results;
    }
}
