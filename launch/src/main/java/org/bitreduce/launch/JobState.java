// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.launch;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.bitreduce.launch.rank.End;

/** What is known about the ranks of a running job, and who is to blame when it fails. Thread-safe. */
final class JobState {

    private final long startNanos = System.nanoTime();
    private final List<RankState> ranks;

    JobState(int np) {
        ranks = IntStream.range(0, np).mapToObj(RankState::new).toList();
    }

    /**
     * A rank has introduced itself.
     *
     * @param rank which
     * @param pid of its process
     * @param host where it runs
     * @return false if that rank is there already
     */
    synchronized boolean connected(int rank, long pid, String host) {
        boolean first = ranks.get(rank).connect(pid, host);
        notifyAll();
        return first;
    }

    /** A rank's main has ended. */
    synchronized void done(int rank, End end, int code, String reason) {
        ranks.get(rank).done(end, code, reason, seconds());
        notifyAll();
    }

    /** A rank's line has ended. */
    synchronized void disconnected(int rank) {
        ranks.get(rank).disconnect(seconds());
        notifyAll();
    }

    /**
     * A process has ended.
     *
     * @param hosted the ranks that ran in it
     * @param pid its id, or -1 to keep what the ranks said
     * @param status exit status as a shell reports it, or {@link JobStatus#UNKNOWN}
     */
    synchronized void processEnded(List<Integer> hosted, long pid, int status) {
        for (int rank : hosted) {
            ranks.get(rank).processEnded(pid, status, hosted.size(), seconds());
        }
        notifyAll();
    }

    synchronized boolean failed() {
        return ranks.stream().anyMatch(RankState::failed);
    }

    /** {@return whether every rank's main has ended well} */
    synchronized boolean allDone() {
        return ranks.stream().allMatch(RankState::endedWell);
    }

    /** {@return whether every rank has ended, well or not, as far as can be known} */
    synchronized boolean allOver() {
        return ranks.stream().allMatch(RankState::over);
    }

    synchronized List<Integer> absent() {
        return ranks.stream()
                .filter(rank -> !rank.connected())
                .map(RankState::rank)
                .toList();
    }

    synchronized List<Integer> unfinished() {
        return ranks.stream()
                .filter(rank -> !rank.endedWell())
                .map(RankState::rank)
                .toList();
    }

    /** {@return whether every rank has ended with 0 or in order to be resumed later, and some in order to be resumed} */
    synchronized boolean resumable() {
        return ranks.stream().anyMatch(RankState::stopped) && ranks.stream().allMatch(RankState::inGoodOrder);
    }

    /** {@return whether some ranks have stopped in order to be resumed later, and others may be about to} */
    synchronized boolean stopping() {
        return ranks.stream().anyMatch(RankState::stopped)
                && ranks.stream().allMatch(rank -> !rank.over() || rank.inGoodOrder());
    }

    /** Waits until all that will be known is known, but no longer than a second. For when all processes have ended. */
    void awaitLastNews() throws InterruptedException {
        double limit = seconds() + 1;
        while (!settled() && seconds() < limit) {
            await(10);
        }
    }

    private synchronized boolean settled() {
        return ranks.stream().allMatch(RankState::settled);
    }

    /** {@return the ranks that have not ended in good order} */
    synchronized List<Integer> disorderly() {
        return ranks.stream()
                .filter(rank -> !rank.inGoodOrder())
                .map(RankState::rank)
                .toList();
    }

    /** {@return the failure that came first, dead ranks before those that complain of others} */
    synchronized Optional<Failure> rootCause() {
        List<Failure> failures = new ArrayList<>();
        for (RankState rank : ranks) {
            rank.failure(ranks).ifPresent(failures::add);
        }
        return failures.stream().min(Comparator.comparingInt(Failure::priority).thenComparingDouble(Failure::seconds));
    }

    /** {@return whether a rank is known to have been killed or to have gone without a word, so that no news can matter} */
    synchronized boolean causeIsKnown() {
        return ranks.stream().anyMatch(RankState::deathIsKnown);
    }

    synchronized List<RankInfo> infos() {
        return ranks.stream().map(RankState::info).toList();
    }

    /** Waits for news, but no longer than so many milliseconds. */
    synchronized void await(long millis) throws InterruptedException {
        TimeUnit.MILLISECONDS.timedWait(this, millis);
    }

    /** {@return seconds since the job began} */
    double seconds() {
        return (System.nanoTime() - startNanos) / 1e9;
    }
}
