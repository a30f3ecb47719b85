// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.launch.rank;

import java.util.ArrayList;
import java.util.List;
import org.bitreduce.join.LocalRank;
import org.bitreduce.transport.shm.LocalGroup;

/** The main class of a JVM whose threads are the ranks. Each has a thread group of its own. */
public final class ThreadRanks {

    private ThreadRanks() {}

    /**
     * Starts as many threads as the system property {@code bitreduce.size} says and waits for them.
     *
     * @param args passed to each rank's main
     * @throws InterruptedException never, in practice
     */
    public static void main(String[] args) throws InterruptedException {
        int size = Integer.getInteger("bitreduce.size");
        LocalGroup group = LocalGroup.of(size);
        List<Thread> threads = new ArrayList<>();
        for (int r = 0; r < size; r++) {
            int rank = r;
            LocalRank self = new LocalRank(group, rank, size);
            Runnable main = () -> ScopedValue.where(LocalRank.CURRENT, self)
                    .run(() -> RankSession.open(rank, RankThreads.ofCaller()).run(args.clone()));
            threads.add(new Thread(new ThreadGroup("rank-" + rank), main, "rank-" + rank));
        }
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }
    }
}
