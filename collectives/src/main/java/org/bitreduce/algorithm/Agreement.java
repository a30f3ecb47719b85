// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.algorithm;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.bitreduce.AgreedStatistics;
import org.bitreduce.CommunicatorOptions;
import org.bitreduce.MismatchException;
import org.bitreduce.NonFiniteException;
import org.bitreduce.NonFinitePolicy;
import org.bitreduce.codec.VectorStatistics;
import org.bitreduce.frame.FrameHeader;

/**
 * The round that opens every collective: each rank publishes its {@link Fingerprint}, and, for small plain vectors, the
 * vector itself behind it. Every rank then holds all records, so it can name what differs, and feeds the controller,
 * without a second exchange.
 *
 * <p>{@code n - 1} messages of 148 bytes per rank, one step of latency: for tens of ranks. Messages stay readable until
 * {@link #release()}.
 */
final class Agreement implements Schedule {

    /** The longest vector that travels with the record, in bytes. */
    static final int INLINE_BYTES = 4096;

    private static final int RECORD = FrameHeader.BYTES;
    private static final int VECTOR = RECORD + Fingerprint.BYTES;
    private static final int LANDING_BYTES = VECTOR + INLINE_BYTES;

    private final Channel channel;
    private final Slot own;
    private final Slot[] incoming;
    private final MemorySegment[] messages;
    private final Schedule idle = new Schedule() {
        @Override
        public boolean advance() {
            return false;
        }

        @Override
        public boolean isDone() {
            return !published || own.request().isDone();
        }

        @Override
        public String waitingFor(boolean[] ranks) {
            Arrays.fill(ranks, true);
            ranks[channel.rank()] = false;
            return "the end of the call before last";
        }
    };
    private boolean published;
    private int arrived;

    Agreement(Channel channel) {
        this.channel = channel;
        this.own = channel.slots().withBuffer(LANDING_BYTES);
        this.incoming = new Slot[channel.size()];
        this.messages = new MemorySegment[channel.size()];
        for (int peer = 0; peer < channel.size(); peer++) {
            if (peer != channel.rank()) {
                incoming[peer] = channel.slots().toReceive(LANDING_BYTES);
            }
        }
    }

    /**
     * Publishes this rank's record.
     *
     * @param vector travels with it, or null
     */
    void start(Call call, long number, CommunicatorOptions options, VectorStatistics statistics, MemorySegment vector) {
        MemorySegment message = own.buffer().segment();
        Fingerprint.write(message, RECORD, call, number, options, statistics);
        long bytes = vector == null ? 0 : call.inputBytes();
        if (vector != null) {
            MemorySegment.copy(vector, 0, message, VECTOR, bytes);
        }
        Arrays.fill(messages, null);
        arrived = 1;
        messages[channel.rank()] = message;
        for (int peer = 0; peer < incoming.length; peer++) {
            if (peer != channel.rank()) {
                channel.receive(incoming[peer], peer, Stage.AGREEMENT, 0);
            }
        }
        published = true;
        channel.publish(own, Stage.AGREEMENT, 0, 0, Fingerprint.BYTES + bytes);
    }

    @Override
    public boolean advance() {
        boolean moved = false;
        for (int peer = 0; peer < incoming.length; peer++) {
            if (messages[peer] == null && incoming[peer].request().isDone()) {
                messages[peer] =
                        channel.checked(incoming[peer], peer, FrameHeader.ALL_RANKS, Stage.AGREEMENT, 0, 0, -1);
                arrived++;
                moved = true;
            }
        }
        return moved;
    }

    /** All records are here; that the others have read this rank's is awaited before it is written again. */
    @Override
    public boolean isDone() {
        return arrived == incoming.length;
    }

    /** {@return a schedule that ends when the record published last has been read by all} */
    Schedule whenIdle() {
        return idle;
    }

    @Override
    public String waitingFor(boolean[] ranks) {
        for (int peer = 0; peer < ranks.length; peer++) {
            ranks[peer] = messages[peer] == null;
        }
        return Stage.name(Stage.AGREEMENT);
    }

    /**
     * Compares all records.
     *
     * @param description the call, for messages
     * @throws MismatchException naming field, both ranks and both values
     * @throws NonFiniteException naming ranks, first indices and counts, if the policy says so
     */
    void check(NonFinitePolicy policy, CallName description) {
        for (int peer = 1; peer < messages.length; peer++) {
            String difference = Fingerprint.difference(messages[0], 0, messages[peer], peer, RECORD);
            if (difference != null) {
                throw new MismatchException(
                        "the ranks did not make the same call: %s (this is rank %d in %s); make all ranks pass the same"
                                .formatted(difference, channel.rank(), description));
            }
        }
        if (policy == NonFinitePolicy.THROW) {
            checkFinite(description);
        }
    }

    private void checkFinite(CallName description) {
        StringBuilder found = new StringBuilder();
        for (int peer = 0; peer < messages.length; peer++) {
            long count = Fingerprint.nonFiniteCount(messages[peer], RECORD);
            if (count > 0) {
                found.append(found.isEmpty() ? "" : "; ")
                        .append("rank %d has %d, the first at index %d"
                                .formatted(peer, count, Fingerprint.firstNonFinite(messages[peer], RECORD)));
            }
        }
        if (!found.isEmpty()) {
            throw new NonFiniteException(
                    "NaN or infinity in the input (with error feedback: input plus residual) of %s: %s; mend the input, or choose the policy PROPAGATE or ZERO"
                            .formatted(description, found));
        }
    }

    /** {@return the numbers that all ranks now share} */
    AgreedStatistics statistics(long operation, long count) {
        double max = 0;
        double squares = 0;
        for (MemorySegment message : messages) {
            max = Math.max(max, Fingerprint.maxMagnitude(message, RECORD));
            squares += Fingerprint.sumOfSquares(message, RECORD);
        }
        int ranks = messages.length;
        return new AgreedStatistics(ranks, operation, count, max, Math.sqrt(squares / ranks));
    }

    /** {@return a rank's message, whose vector begins at {@link #vectorOffset()}} */
    MemorySegment message(int rank) {
        return messages[rank];
    }

    static long vectorOffset() {
        return VECTOR;
    }

    /** Gives the peers' messages back. */
    void release() {
        for (int peer = 0; peer < incoming.length; peer++) {
            if (peer != channel.rank() && messages[peer] != null) {
                incoming[peer].request().release();
                messages[peer] = null;
            }
        }
    }
}
