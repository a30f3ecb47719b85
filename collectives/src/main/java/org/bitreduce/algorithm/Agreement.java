// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.algorithm;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.function.Supplier;
import org.bitreduce.CorruptFrameException;
import org.bitreduce.MismatchException;
import org.bitreduce.NonFiniteException;
import org.bitreduce.NonFinitePolicy;
import org.bitreduce.frame.FrameHeader;
import org.bitreduce.transport.InPlaceMemory;

/**
 * The round that opens every collective: each rank publishes its {@link Fingerprint}, and, for small vectors, the vector
 * itself behind it. Every rank then holds all records, from which it feeds the controller. Only when the hashes of the
 * ranks' {@linkplain Description descriptions} differ, as every rank sees, does a second exchange bring those, so that all
 * can name what differs.
 *
 * <p>Ranks that share memory show each other their records; others send them, see {@link Records#byMessages}. Vectors
 * travel with those of up to {@value Algorithm#INLINE_RANKS} ranks, or, where records are sent, to each owner its part.
 */
final class Agreement implements Schedule {

    private static final int RECORD = FrameHeader.BYTES;
    private static final int VECTOR = RECORD + Fingerprint.PLAIN_BYTES;

    private final Group group;
    private final Records records;
    private final MemorySegment description = Arena.ofAuto().allocate(Description.BYTES, Long.BYTES);
    /** Brings descriptions; null as long as they have never differed. */
    private Records details;

    /** Where parts travel: the vector, its parts, and the bytes of an element. */
    private MemorySegment vector;

    private Partition parts;
    private int elementBytes;
    private final Records.Ending ownersPart = this::writePart;

    private Channel channel;
    private boolean same;
    private boolean comparing;

    /** Prepares a round; {@code records} come from {@link #records(Group)}. */
    Agreement(Group group, Records records) {
        this.group = group;
        this.records = records;
    }

    /** {@return what gives each round that which brings its records to all ranks} */
    static Supplier<Records> records(Group group) {
        boolean direct = group.size() <= Algorithm.INLINE_RANKS;
        if (!showsRecords(group)) {
            long bytes = direct ? VECTOR + Algorithm.mostEarlyBytes(group.size()) : VECTOR;
            return () -> Records.byMessages(group, bytes, Stage.AGREEMENT);
        }
        Records board = new BoardRecords(group, direct ? VECTOR + Algorithm.INLINE_BYTES : VECTOR, Stage.AGREEMENT);
        return () -> board;
    }

    /** {@return whether all ranks read the same record, and each other's vectors, in memory that they share} */
    static boolean showsRecords(Group group) {
        return group.size() > 1
                && group.transport().inPlace() != null
                && group.transport().placement().areTogether(group.ranks());
    }

    /** {@return whether the record published last has been read by all, so that the next may be written} */
    boolean isIdle() {
        return records.isIdle() && (details == null || details.isIdle());
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
     * @param cargo travels with it, or null
     * @param owners of the parts of which each rank gets its own only; null if all get the whole
     */
    void start(
            Channel frames,
            Call call,
            long number,
            boolean cancelled,
            Input input,
            MemorySegment cargo,
            Partition owners) {
        channel = frames;
        vector = cargo;
        parts = owners;
        elementBytes = call.type().bytes();
        same = false;
        comparing = false;
        Description.write(description, call, number, cancelled, group);
        MemorySegment message = records.own();
        boolean direct = group.size() <= Algorithm.INLINE_RANKS;
        boolean shorter = direct && !call.mayReadInPlace() && vector == null;
        int record = shorter ? Fingerprint.BYTES : Fingerprint.PLAIN_BYTES;
        Fingerprint.write(message, RECORD, Description.hash(description), call, input, record);
        if (vector != null && parts != null) {
            records.startApart(frames, record, ownersPart);
            return;
        }
        long bytes = vector == null ? 0 : call.inputBytes();
        if (vector != null && group.meter().hasData()) {
            MemorySegment.copy(vector, 0, message, VECTOR, bytes);
        }
        records.start(frames, record + bytes);
    }

    private long writePart(int owner, MemorySegment message, long at) {
        long bytes = parts.length(owner) * elementBytes;
        if (group.meter().hasData()) {
            MemorySegment.copy(vector, parts.start(owner) * elementBytes, message, at, bytes);
        }
        return bytes;
    }

    @Override
    public boolean advance() {
        if (comparing) {
            return details.advance();
        }
        boolean moved = records.advance();
        if (records.isDone() && !same) {
            same = hashesAreEqual();
            if (!same) {
                compare();
            }
        }
        return moved;
    }

    private boolean hashesAreEqual() {
        long first = Fingerprint.hash(message(0), RECORD);
        boolean equal = true;
        for (int peer = 1; peer < records(); peer++) {
            equal &= Fingerprint.hash(message(peer), RECORD) == first;
        }
        return equal;
    }

    private void compare() {
        comparing = true;
        if (details == null) {
            details = Records.byMessages(group, RECORD + Description.BYTES, Stage.COMPARISON);
        }
        MemorySegment.copy(description, 0, details.own(), RECORD, Description.BYTES);
        details.start(channel, Description.BYTES);
    }

    /** All records are here; that the others have read this rank's is awaited before it is written again. */
    @Override
    public boolean isDone() {
        return records.isDone() && (comparing ? details.isDone() : same);
    }

    @Override
    public String waitingFor(boolean[] ranks) {
        return comparing ? details.waitingFor(ranks) : records.waitingFor(ranks);
    }

    /**
     * Compares all records.
     *
     * @param description the call, for messages
     * @throws MismatchException naming field, both ranks and both values
     * @throws NonFiniteException naming ranks, first indices and counts, if the policy says so
     */
    void check(NonFinitePolicy policy, CallRun description) {
        if (comparing) {
            throw mismatch(description);
        }
        if (policy == NonFinitePolicy.THROW) {
            checkFinite(description);
        }
    }

    private MismatchException mismatch(CallRun description) {
        String difference = "some field that has no name";
        for (int peer = group.size() - 1; peer > 0; peer--) {
            String other = Description.difference(details.of(0), 0, details.of(peer), peer, RECORD);
            difference = other == null ? difference : other;
        }
        return new MismatchException(
                "the ranks did not make the same call: %s (this is rank %d in %s); make all ranks pass the same"
                        .formatted(difference, group.rank(), description));
    }

    /**
     * Checks that the elements of a call have come with the records of all who contribute: what says so is agreed on now.
     *
     * @param bytes from each of them
     * @throws CorruptFrameException naming a rank of which less has come
     */
    void requireElements(Call call, long bytes) {
        for (int peer = 0; peer < records(); peer++) {
            long came = message(peer).byteSize() - VECTOR;
            if (peer != group.rank() && call.contributes(peer) && came < bytes) {
                throw new CorruptFrameException(
                        "rank %d got %d bytes of elements with the record of rank %d, where %d belong; do all ranks run the same version?"
                                .formatted(group.rank(), Math.max(0, came), peer, bytes));
            }
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

    /** {@return a rank's message, whose vector, or part for this rank, begins at {@link #vectorOffset()}} */
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
        if (details != null) {
            details.close();
        }
    }

    /** Gives the peers' messages back. */
    void release() {
        records.release();
        if (comparing) {
            details.release();
        }
    }
}
