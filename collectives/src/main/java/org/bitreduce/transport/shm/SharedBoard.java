// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.transport.shm;

import static org.bitreduce.transport.shm.ControlLayout.INT;
import static org.bitreduce.transport.shm.ControlLayout.LINE_BYTES;
import static org.bitreduce.transport.shm.ControlLayout.LONG;

import java.lang.foreign.MemorySegment;
import org.bitreduce.CorruptFrameException;
import org.bitreduce.transport.Board;

/**
 * One rank's view of a board. Each member's side is a buffer of its own, which it alone writes but for the words in which
 * the others say that they have left:
 *
 * <pre>
 * page of even turns   0 turn + 1 (8), written last   8 length of the record (8)   64 the record
 * page of odd turns    the same
 * left                 4 bytes per member
 * </pre>
 */
final class SharedBoard implements Board {

    private static final long LENGTH = 8;
    private static final int PAGES = 2;

    private final SharedBoards boards;
    private final int[] ranks;
    private final int self;
    private final long pageBytes;
    private final SharedBuffer memory;
    /** Of this rank, by page. */
    private final MemorySegment[] own = new MemorySegment[PAGES];
    /** By member; null before they are opened. */
    private final MemorySegment[] sides;

    private final long[] placeOf;
    /** By member, of the turn shown last. */
    private final MemorySegment[] records;

    private final long others;
    private long turn = -1;
    private long missing;
    private boolean closed;

    SharedBoard(SharedBoards boards, int[] ranks, int self, long recordBytes) {
        this.boards = boards;
        this.ranks = ranks.clone();
        this.self = self;
        this.pageBytes = LINE_BYTES + Math.ceilDiv(recordBytes, LINE_BYTES) * LINE_BYTES;
        this.memory = boards.pool().allocate(leftAt(ranks.length));
        this.placeOf = new long[ranks.length];
        this.sides = new MemorySegment[ranks.length];
        this.records = new MemorySegment[ranks.length];
        this.others = -1L >>> (Long.SIZE - ranks.length) & ~(1L << self);
        for (int page = 0; page < PAGES; page++) {
            own[page] = memory.segment().asSlice(page * pageBytes + LINE_BYTES, recordBytes);
        }
    }

    private long leftAt(int member) {
        return PAGES * pageBytes + (long) Integer.BYTES * member;
    }

    @Override
    public long place() {
        return boards.places().locate(memory.segment());
    }

    @Override
    public void open(int member, long place) {
        placeOf[member] = place;
        sides[member] = boards.view(ranks[member], place, memory.segment().byteSize());
    }

    @Override
    public MemorySegment own() {
        return own[page(turn + 1)];
    }

    private static int page(long turn) {
        return (int) (turn & 1);
    }

    @Override
    public void show(long length) {
        turn++;
        missing = others;
        long page = page(turn) * pageBytes;
        LONG.set(memory.segment(), page + LENGTH, length);
        LONG.setRelease(memory.segment(), page, turn + 1);
        for (int member = 0; member < ranks.length; member++) {
            if (member != self) {
                boards.traffic().sent(length);
            }
        }
        boards.ring(this);
    }

    /** Looks for records that are missing. {@return whether any was there} */
    boolean poll() {
        long before = missing;
        long page = page(turn) * pageBytes;
        for (long open = missing; open != 0; open &= open - 1) {
            int member = Long.numberOfTrailingZeros(open);
            MemorySegment side = sides[member];
            if (side != null && (long) LONG.getAcquire(side, page) == turn + 1) {
                see(member, side, page);
                missing &= ~(1L << member);
            }
        }
        return missing != before;
    }

    private void see(int member, MemorySegment side, long page) {
        long length = (long) LONG.get(side, page + LENGTH);
        if (length < 1 || length > pageBytes - LINE_BYTES) {
            throw new CorruptFrameException("%s shows a record of %d bytes, where there is room for %d"
                    .formatted(boards.named(ranks[member]), length, pageBytes - LINE_BYTES));
        }
        records[member] = boards.record(ranks[member], placeOf[member] + page + LINE_BYTES, length);
        boards.traffic().received(length);
    }

    @Override
    public MemorySegment of(int member) {
        return (missing & 1L << member) != 0 ? null : records[member];
    }

    /** {@return the ranks of the transport whose records would be seen if they were there, one bit each} */
    long missing() {
        long found = 0;
        for (long open = missing; open != 0; open &= open - 1) {
            int member = Long.numberOfTrailingZeros(open);
            if (sides[member] != null) {
                found |= 1L << ranks[member];
            }
        }
        return found;
    }

    /** {@return the other members, one bit per rank of the transport} */
    long peers() {
        long peers = 0;
        for (int rank : ranks) {
            peers |= 1L << rank;
        }
        return peers & ~(1L << ranks[self]);
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        missing = 0;
        for (int member = 0; member < sides.length; member++) {
            if (sides[member] != null) {
                INT.setRelease(sides[member], leftAt(self), 1);
            }
        }
        boards.retire(this);
    }

    /** Gives the memory back if nobody will look at it any more. {@return whether it has} */
    boolean free() {
        for (int member = 0; member < ranks.length; member++) {
            if (member != self && (int) INT.getAcquire(memory.segment(), leftAt(member)) == 0) {
                return false;
            }
        }
        memory.close();
        return true;
    }
}
