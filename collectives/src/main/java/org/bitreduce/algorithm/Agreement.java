// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.algorithm;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.bitreduce.MismatchException;
import org.bitreduce.NonFiniteException;
import org.bitreduce.NonFinitePolicy;
import org.bitreduce.frame.FrameHeader;
import org.bitreduce.transport.InPlaceMemory;

/**
 * The round that opens every collective: each rank publishes its {@link Fingerprint}, and, for small plain vectors, the
 * vector itself behind it. Every rank then holds all records, so it can name what differs, and feeds the controller,
 * without a second exchange.
 *
 * <p>Up to {@value Algorithm#INLINE_RANKS} ranks exchange their messages directly, in one step; more of them over a grid,
 * in two, without vectors. That depends on nothing but the number of ranks, for nothing else is agreed on yet.
 */
final class Agreement implements Schedule {

    private static final int RECORD = FrameHeader.BYTES;
    private static final int VECTOR = RECORD + Fingerprint.PLAIN_BYTES;

    private final Group group;
    private final Records records;

    Agreement(Group group) {
        this.group = group;
        this.records = group.size() <= Algorithm.INLINE_RANKS
                ? new DirectRecords(group, VECTOR + Algorithm.INLINE_BYTES)
                : new GridRecords(group, VECTOR, Grid.square(group.size()));
    }

    /** {@return whether the record published last has been read by all, so that the next may be written} */
    boolean isIdle() {
        return records.isIdle();
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
        MemorySegment message = records.own();
        Fingerprint.write(message, RECORD, call, number, cancelled, group, input);
        boolean direct = group.size() <= Algorithm.INLINE_RANKS;
        boolean shorter = direct && !call.mayReadInPlace() && vector == null;
        int record = shorter ? Fingerprint.BYTES : Fingerprint.PLAIN_BYTES;
        long bytes = vector == null ? 0 : call.inputBytes();
        if (vector != null && group.meter().hasData()) {
            MemorySegment.copy(vector, 0, message, VECTOR, bytes);
        }
        records.start(frames, record + bytes);
    }

    @Override
    public boolean advance() {
        return records.advance();
    }

    /** All records are here; that the others have read this rank's is awaited before it is written again. */
    @Override
    public boolean isDone() {
        return records.isDone();
    }

    @Override
    public String waitingFor(boolean[] ranks) {
        return records.waitingFor(ranks);
    }

    /**
     * Compares all records.
     *
     * @param description the call, for messages
     * @throws MismatchException naming field, both ranks and both values
     * @throws NonFiniteException naming ranks, first indices and counts, if the policy says so
     */
    void check(NonFinitePolicy policy, CallRun description) {
        for (int peer = 1; peer < records(); peer++) {
            String difference = Fingerprint.difference(message(0), 0, message(peer), peer, RECORD);
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
        for (int peer = 0; peer < records(); peer++) {
            if (Fingerprint.nonFiniteCount(message(peer), RECORD) > 0) {
                throw nonFinite(description);
            }
        }
    }

    private NonFiniteException nonFinite(CallRun description) {
        StringBuilder found = new StringBuilder();
        for (int peer = 0; peer < group.size(); peer++) {
            long count = Fingerprint.nonFiniteCount(message(peer), RECORD);
            if (count > 0) {
                found.append(found.isEmpty() ? "" : "; ")
                        .append("rank %d has %d, the first at index %d"
                                .formatted(peer, count, Fingerprint.firstNonFinite(message(peer), RECORD)));
            }
        }
        return new NonFiniteException(
                "NaN or infinity in the input (with error feedback: input plus residual) of %s: %s; mend the input, or choose the policy PROPAGATE or ZERO"
                        .formatted(description, found));
    }

    /** {@return the maximum over ranks of the greatest magnitude} */
    double maxNorm() {
        double max = 0;
        for (int peer = 0; peer < records(); peer++) {
            max = Math.max(max, Fingerprint.maxMagnitude(message(peer), RECORD));
        }
        return max;
    }

    /** {@return the square root of the mean over ranks of the sum of squares} */
    double rmsNorm() {
        double squares = 0;
        for (int peer = 0; peer < records(); peer++) {
            squares += Fingerprint.sumOfSquares(message(peer), RECORD);
        }
        return Math.sqrt(squares / records());
    }

    /** {@return how many different records there are} All are this rank's where messages hold nothing. */
    private int records() {
        return group.meter().hasData() ? group.size() : 1;
    }

    /** {@return the square root of the mean over ranks of the sum of squared scales} */
    double scaleNorm() {
        double squares = 0;
        for (int peer = 0; peer < records(); peer++) {
            squares += Fingerprint.scaleSquares(message(peer), RECORD);
        }
        return Math.sqrt(squares / records());
    }

    /** {@return a rank's message, whose vector begins at {@link #vectorOffset()}} */
    MemorySegment message(int rank) {
        return records.of(rank);
    }

    /** {@return the number of ranks} */
    int ranks() {
        return group.size();
    }

    /** {@return whether peers can read anything of any rank in place} */
    boolean hasPlaces() {
        for (int peer = 0; peer < records(); peer++) {
            if (inputPlace(peer) != InPlaceMemory.NOWHERE || outputPlace(peer) != InPlaceMemory.NOWHERE) {
                return true;
            }
        }
        return false;
    }

    /** {@return where peers can read a rank's input} */
    long inputPlace(int rank) {
        return Fingerprint.inputPlace(message(rank), RECORD);
    }

    /** {@return where peers can read a rank's output} */
    long outputPlace(int rank) {
        return Fingerprint.outputPlace(message(rank), RECORD);
    }

    static long vectorOffset() {
        return VECTOR;
    }

    /** Gives the buffers back. */
    void close() {
        records.close();
    }

    /** Gives the peers' messages back. */
    void release() {
        records.release();
    }
}
