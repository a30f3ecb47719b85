// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.algorithm;

import java.lang.foreign.MemorySegment;
import org.bitreduce.codec.Sources;
import org.bitreduce.frame.FrameHeader;

/** One owner's part of a reduction, by a rank that does all ranks' roundings of it: the same bits, and no messages. */
final class LocalReduction {

    private static final long PAYLOAD = FrameHeader.BYTES;

    private final Scratch scratch;
    private final Sources messages;
    /** By the rank whose vector is added; the output of each is this rank's. */
    private final AllReduceArithmetic[] bySource;

    private final int owner;
    private final long first;
    private final long count;

    /**
     * Prepares.
     *
     * @param bySource the arithmetic of the part for each rank's contribution
     * @param parts of which the owner's is one chunk
     */
    LocalReduction(Scratch scratch, AllReduceArithmetic[] bySource, int owner, Layout parts) {
        this.scratch = scratch;
        this.messages = new Sources(bySource.length);
        this.bySource = bySource;
        this.owner = owner;
        this.first = parts.start(owner);
        this.count = parts.length(owner);
    }

    /** Rounds all contributions and adds them up, in rank order. */
    void combine() {
        for (int source = 0; source < bySource.length && count > 0; source++) {
            AllReduceArithmetic arithmetic = bySource[source];
            MemorySegment message = scratch.message(PAYLOAD + arithmetic.contributionBytes(count));
            arithmetic.contribute(first, count, message, PAYLOAD);
            messages.set(source, message);
            arithmetic.combine(messages, source, source + 1, first, count, PAYLOAD);
        }
    }

    /** Writes the result. */
    void deliver() {
        if (count > 0) {
            deliver(bySource[owner], scratch, owner, first, count);
        }
    }

    /** {@return the owner's arithmetic} */
    AllReduceArithmetic owners() {
        return bySource[owner];
    }

    /** Writes what an owner finishes, as if it had come in a message. */
    static void deliver(GatherArithmetic arithmetic, Scratch scratch, int owner, long first, long count) {
        MemorySegment message = scratch.message(PAYLOAD + arithmetic.resultBytes(count));
        arithmetic.finish(first, count, message, PAYLOAD);
        arithmetic.deliver(owner, first, count, message, PAYLOAD);
    }
}
