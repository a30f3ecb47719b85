// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.algorithm;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.bitreduce.MismatchException;
import org.bitreduce.NonFiniteException;
import org.bitreduce.NonFinitePolicy;
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
    private static final int VECTOR = RECORD + Fingerprint.PLAIN_BYTES;
    private static final int LANDING_BYTES = VECTOR + INLINE_BYTES;

    private final Group group;
    private final Slot own;
    private final Slot[] incoming;
    private final MemorySegment[] messages;
    private Channel channel;
    private boolean published;
    private int arrived;

    Agreement(Group group) {
        this.group = group;
        this.own = group.slots().withBuffer(LANDING_BYTES);
        this.incoming = new Slot[group.size()];
        this.messages = new MemorySegment[group.size()];
        for (int peer = 0; peer < group.size(); peer++) {
            if (peer != group.rank()) {
                incoming[peer] = group.slots().toReceive(LANDING_BYTES);
            }
        }
    }

    /** {@return whether the record published last has been read by all, so that the next may be written} */
    boolean isIdle() {
        return !published || own.request().isDone();
    }

    /** Names the ranks that may have kept it from being idle. */
    String waitingForIdle(boolean[] ranks) {
        Arrays.fill(ranks, true);
        ranks[group.rank()] = false;
        return "the end of an earlier call";
    }

    /**
     * Publishes this rank's record.
     *
     * @param frames of the call
     * @param cancelled whether this rank has given the call up
     * @param vector travels with it, or null
     */
    void start(Channel frames, Call call, long number, boolean cancelled, Input input, MemorySegment vector) {
        channel = frames;
        MemorySegment message = own.buffer().segment();
        Fingerprint.write(message, RECORD, call, number, cancelled, group.options(), input);
        int record = call.chooser().prototype().isPlain() ? Fingerprint.PLAIN_BYTES : Fingerprint.BYTES;
        long bytes = vector == null ? 0 : call.inputBytes();
        if (vector != null) {
            MemorySegment.copy(vector, 0, message, VECTOR, bytes);
        }
        Arrays.fill(messages, null);
        arrived = 1;
        messages[group.rank()] = message;
        for (int peer = 0; peer < incoming.length; peer++) {
            if (peer != group.rank()) {
                channel.receive(incoming[peer], peer, Stage.AGREEMENT, 0);
            }
        }
        published = true;
        channel.publish(own, Stage.AGREEMENT, 0, 0, record + bytes);
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
    void check(NonFinitePolicy policy, CallRun description) {
        for (int peer = 1; peer < messages.length; peer++) {
            String difference = Fingerprint.difference(messages[0], 0, messages[peer], peer, RECORD);
            if (difference != null) {
                throw new MismatchException(
                        "the ranks did not make the same call: %s (this is rank %d in %s); make all ranks pass the same"
                                .formatted(difference, group.rank(), description));
            }
        }
        if (policy == NonFinitePolicy.THROW) {
            checkFinite(description);
        }
    }

    private void checkFinite(CallRun description) {
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

    /** {@return the maximum over ranks of the greatest magnitude} */
    double maxNorm() {
        double max = 0;
        for (MemorySegment message : messages) {
            max = Math.max(max, Fingerprint.maxMagnitude(message, RECORD));
        }
        return max;
    }

    /** {@return the square root of the mean over ranks of the sum of squares} */
    double rmsNorm() {
        double squares = 0;
        for (MemorySegment message : messages) {
            squares += Fingerprint.sumOfSquares(message, RECORD);
        }
        return Math.sqrt(squares / messages.length);
    }

    /** {@return a rank's message, whose vector begins at {@link #vectorOffset()}} */
    MemorySegment message(int rank) {
        return messages[rank];
    }

    /** {@return the number of ranks} */
    int ranks() {
        return messages.length;
    }

    /** {@return where peers can read a rank's input} */
    long inputPlace(int rank) {
        return Fingerprint.inputPlace(messages[rank], RECORD);
    }

    /** {@return where peers can read a rank's output} */
    long outputPlace(int rank) {
        return Fingerprint.outputPlace(messages[rank], RECORD);
    }

    static long vectorOffset() {
        return VECTOR;
    }

    /** Gives the peers' messages back. */
    void release() {
        for (int peer = 0; peer < incoming.length; peer++) {
            if (peer != group.rank() && messages[peer] != null) {
                incoming[peer].request().release();
                messages[peer] = null;
            }
        }
    }
}
