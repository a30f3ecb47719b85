// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.versus;

import java.util.List;
import java.util.stream.LongStream;

/**
 * A block of calls, all ranks taken together.
 *
 * @param nanos time of each call: that of the slowest rank
 * @param wrong elements over all ranks that are further off than they may be; all, if the ranks' results differ
 * @param sentBytes bytes that a rank sent per call, mean over ranks
 */
record Block(List<Long> nanos, long wrong, double sentBytes) {

    /**
     * {@return the answers of all ranks, combined}
     *
     * @param replies one of each rank, to the same task
     * @param elements of the vector, all of which count as wrong if checksums differ
     */
    static Block of(List<Reply> replies, long elements) {
        long[] slowest = new long[replies.getFirst().nanos().size()];
        long wrong = 0;
        double sent = 0;
        for (Reply reply : replies) {
            if (reply.nanos().size() != slowest.length) {
                throw new IllegalArgumentException("ranks answer with different numbers of times: %d and %d"
                        .formatted(slowest.length, reply.nanos().size()));
            }
            for (int i = 0; i < slowest.length; i++) {
                slowest[i] = Math.max(slowest[i], reply.nanos().get(i));
            }
            wrong += reply.wrong();
            sent += reply.sentBytes();
        }
        boolean equal = replies.stream().mapToLong(Reply::checksum).distinct().count() == 1;
        List<Long> nanos = LongStream.of(slowest).boxed().toList();
        return new Block(nanos, equal ? wrong : Math.max(elements, 1), sent / replies.size() / slowest.length);
    }

    /** {@return the median call in microseconds} */
    double medianMicros() {
        return Spread.of(nanos.stream().map(nano -> nano / 1e3).toList()).median();
    }

    /** {@return the time of all timed calls together in nanoseconds} */
    long totalNanos() {
        return nanos.stream().mapToLong(Long::longValue).sum();
    }
}
