// SPDX-License-Identifier: Apache-2.0
package org.bitreduce;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bitreduce.algorithm.Engine;
import org.bitreduce.algorithm.ProgressLoop;
import org.bitreduce.algorithm.WorkMeter;
import org.bitreduce.codec.Draws;
import org.bitreduce.transport.GroupTransport;
import org.bitreduce.transport.Transport;

/**
 * What a communicator and all groups made of it share: the transport, who drives it, and the numbers of their contexts. Any
 * two groups that share a rank have different contexts, for a new one is greater than all that its members have met.
 */
final class Forming {

    private static final int CHUNK_AND_STAGE_BITS = 21;
    private static final long HASH_MASK = (1L << GroupTransport.TAG_BITS - CHUNK_AND_STAGE_BITS) - 1;

    private final Transport transport;
    private final ProgressLoop loop;
    private final Map<Meeting, Integer> formed = new HashMap<>();
    private int nextContext = 1;

    /** Members of several groups may form a group of each at the same time, in any order. */
    private record Meeting(int parentContext, List<Integer> ranks) {}

    Forming(Transport transport, WorkMeter meter) {
        this.transport = transport;
        this.loop = new ProgressLoop(transport, meter);
    }

    /** {@return between all ranks} */
    Transport transport() {
        return transport;
    }

    ProgressLoop loop() {
        return loop;
    }

    /** {@return the least context that this rank has not met} */
    synchronized long nextContext() {
        return nextContext;
    }

    /**
     * Takes the context that a group's members have agreed on.
     *
     * @param least the greatest of what they proposed
     */
    synchronized int takeContext(long least) {
        if (least >= GroupTransport.FORMING) {
            throw new IllegalStateException(
                    "a run can make at most %d groups one after the other; keep groups instead of making them anew"
                            .formatted(GroupTransport.FORMING - 1));
        }
        nextContext = Math.max(nextContext, (int) least + 1);
        return (int) least;
    }

    /** {@return a transport over which members agree on a context, and nobody else sends} */
    GroupTransport meeting(int parentContext, int[] sortedRanks) {
        var key = new Meeting(parentContext, Arrays.stream(sortedRanks).boxed().toList());
        int times;
        synchronized (this) {
            times = formed.merge(key, 1, Integer::sum);
        }
        long hash = Draws.mix64(hash(sortedRanks) + parentContext * 31L + times);
        long tagBase = (hash & HASH_MASK) << CHUNK_AND_STAGE_BITS;
        return new GroupTransport(transport, sortedRanks, GroupTransport.FORMING, tagBase);
    }

    /** {@return a number that differs between different orders of different ranks, as good as surely} */
    static long hash(int[] ranks) {
        long hash = ranks.length;
        for (int rank : ranks) {
            hash = Draws.mix64(hash + rank);
        }
        return hash;
    }

    /** {@return a seed with which no group's random numbers are those of another} */
    static long seed(long seed, int context, int firstRank) {
        return Draws.mix64(Draws.mix64(seed + context) + firstRank);
    }

    /** {@return what carries a group's calls out} */
    Engine engine(Transport group, CommunicatorOptions options) {
        return loop.attach(group, options);
    }
}
