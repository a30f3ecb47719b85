// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.transport.shm;

import static org.bitreduce.transport.shm.ControlLayout.INT;
import static org.bitreduce.transport.shm.ControlLayout.LONG;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.function.IntUnaryOperator;
import org.bitreduce.TransportException;

/**
 * The control region seen by one rank: who is there, in which state, and how many memory segments each has. A rank
 * writes its own lines only, except that closing a {@link LocalGroup} fails them all. Any thread may read.
 */
final class ControlRegion {

    private final MemorySegment memory;
    private final int size;
    private IntUnaryOperator numbers = IntUnaryOperator.identity();

    /** Wraps a region that {@link #format} has prepared, after checking that it was prepared for as many ranks. */
    ControlRegion(MemorySegment memory, int size) {
        this.memory = memory;
        this.size = size;
        check();
    }

    static void requireSize(int size) {
        if (size < 1 || size > ControlLayout.MAX_RANKS) {
            throw new IllegalArgumentException(
                    "size must be in [1, " + ControlLayout.MAX_RANKS + "] on one host: size=" + size);
        }
    }

    /** Writes the header into zeroed memory of {@link ControlLayout#totalBytes}. */
    static void format(MemorySegment memory, int size) {
        INT.set(memory, ControlLayout.VERSION_OFFSET, ControlLayout.VERSION);
        INT.set(memory, ControlLayout.RANKS_OFFSET, size);
        INT.set(memory, ControlLayout.SLOTS_OFFSET, ControlLayout.SLOTS);
        LONG.setRelease(memory, ControlLayout.MAGIC_OFFSET, ControlLayout.MAGIC);
    }

    private void check() {
        long magic = memory.byteSize() < ControlLayout.rankLine(0)
                ? 0
                : (long) LONG.getAcquire(memory, ControlLayout.MAGIC_OFFSET);
        if (magic != ControlLayout.MAGIC) {
            throw new TransportException(
                    "the control region does not begin with the magic number of BitReduce: magic=0x%x, bytes=%d; is another program using this directory?"
                            .formatted(magic, memory.byteSize()));
        }
        requireEqual("version", ControlLayout.VERSION_OFFSET, ControlLayout.VERSION);
        requireEqual("size", ControlLayout.RANKS_OFFSET, size);
        requireEqual("slots", ControlLayout.SLOTS_OFFSET, ControlLayout.SLOTS);
        if (memory.byteSize() != ControlLayout.totalBytes(size)) {
            throw new TransportException("the control region has the wrong length: bytes=%d, expected=%d"
                    .formatted(memory.byteSize(), ControlLayout.totalBytes(size)));
        }
    }

    private void requireEqual(String field, long offset, int expected) {
        int found = (int) INT.get(memory, offset);
        if (found != expected) {
            throw new TransportException(
                    "the group was set up with %s=%d, but this rank was started with %s=%d; start all ranks alike"
                            .formatted(field, found, field, expected));
        }
    }

    MemorySegment memory() {
        return memory;
    }

    int size() {
        return size;
    }

    /** Says what ranks are called in messages for people, where they are some of a larger group. */
    void numberBy(IntUnaryOperator rankOf) {
        numbers = rankOf;
    }

    /** {@return what a rank is called in messages for people} */
    int number(int rank) {
        return numbers.applyAsInt(rank);
    }

    private boolean join(int rank, ProcessIdentity process) {
        long line = ControlLayout.rankLine(rank);
        if (!LONG.compareAndSet(memory, line + ControlLayout.PID, 0L, process.pid())) {
            return false;
        }
        LONG.set(memory, line + ControlLayout.PROCESS_START, process.start());
        LONG.set(memory, line + ControlLayout.PID_NAMESPACE, process.namespace());
        setState(rank, RankState.ACTIVE);
        return true;
    }

    /**
     * Makes a rank active.
     *
     * @throws TransportException if the rank was there already
     */
    void requireJoin(int rank, ProcessIdentity process) {
        if (!join(rank, process)) {
            throw new TransportException("rank %d has joined already, from pid %d; start every rank once"
                    .formatted(rank, process(rank).pid()));
        }
    }

    RankState state(int rank) {
        return RankState.of((int) INT.getAcquire(memory, ControlLayout.rankLine(rank) + ControlLayout.STATE));
    }

    private void setState(int rank, RankState state) {
        INT.setRelease(memory, ControlLayout.rankLine(rank) + ControlLayout.STATE, state.ordinal());
    }

    /** {@return the process of a rank that has joined} */
    ProcessIdentity process(int rank) {
        long line = ControlLayout.rankLine(rank);
        return new ProcessIdentity(
                (long) LONG.get(memory, line + ControlLayout.PID),
                (long) LONG.get(memory, line + ControlLayout.PROCESS_START),
                (long) LONG.get(memory, line + ControlLayout.PID_NAMESPACE));
    }

    /** Says that a rank has given up. The cause is cut to {@link ControlLayout#MAX_CAUSE_BYTES} of UTF-8. */
    void fail(int rank, String cause) {
        byte[] text = cause.getBytes(StandardCharsets.UTF_8);
        int length = Math.min(text.length, ControlLayout.MAX_CAUSE_BYTES);
        while (length < text.length && length > 0 && (text[length] & 0xc0) == 0x80) {
            length--; // not within a character
        }
        long line = ControlLayout.rankLine(rank);
        MemorySegment.copy(text, 0, memory, ValueLayout.JAVA_BYTE, line + ControlLayout.CAUSE, length);
        INT.set(memory, line + ControlLayout.CAUSE_LENGTH, length);
        setState(rank, RankState.FAILED);
    }

    String cause(int rank) {
        long line = ControlLayout.rankLine(rank);
        int length = (int) INT.get(memory, line + ControlLayout.CAUSE_LENGTH);
        byte[] text = new byte[Math.clamp(length, 0, ControlLayout.MAX_CAUSE_BYTES)];
        MemorySegment.copy(memory, ValueLayout.JAVA_BYTE, line + ControlLayout.CAUSE, text, 0, text.length);
        return new String(text, StandardCharsets.UTF_8);
    }

    /** Says that a rank will not look at the region again. A rank that failed stays failed. */
    void leave(int rank) {
        if (state(rank) != RankState.FAILED) {
            setState(rank, RankState.LEFT);
        }
        // Volatile: of two ranks that leave at once, at least one must see that the other has left.
        INT.setVolatile(memory, ControlLayout.rankLine(rank) + ControlLayout.CLOSED, 1);
    }

    boolean hasClosed(int rank) {
        return (int) INT.getVolatile(memory, ControlLayout.rankLine(rank) + ControlLayout.CLOSED) != 0;
    }

    /** {@return the number of memory segments a rank has made so far} */
    int segments(int rank) {
        return (int) INT.getAcquire(memory, ControlLayout.rankLine(rank) + ControlLayout.SEGMENTS);
    }

    void announceSegments(int rank, int count) {
        INT.setRelease(memory, ControlLayout.rankLine(rank) + ControlLayout.SEGMENTS, count);
    }

    /** {@return how many segments of an owner a reader has mapped} */
    int mappedCount(int reader, int owner) {
        return (int) INT.getAcquire(memory, ControlLayout.mappedCount(size, reader, owner));
    }

    void setMappedCount(int reader, int owner, int count) {
        INT.setRelease(memory, ControlLayout.mappedCount(size, reader, owner), count);
    }
}
