// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.algorithm;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.bitreduce.frame.FrameHeader;
import org.bitreduce.transport.Board;

/**
 * Everybody shows to everybody, where all ranks share memory: one step of latency, no message. One for all rounds of
 * a kind in an engine, of which one at a time is under way, and whose records nobody reads when it is over: so whoever has
 * seen a turn knows that the turn before has been read by all, and writes over it without asking.
 */
final class BoardRecords implements Records {

    private static final ValueLayout.OfLong PLACE = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final Group group;
    private final long recordBytes;
    private final int stage;
    private final MemorySegment[] records;
    /** Tells all ranks where the boards are, once. */
    private Records places;

    private Board board;
    private boolean asking;
    private boolean open;
    private boolean closed;
    private Channel channel;
    private int arrived;

    /** Prepares for records of at most so many bytes. */
    BoardRecords(Group group, long recordBytes, int stage) {
        this.group = group;
        this.recordBytes = recordBytes;
        this.stage = stage;
        this.records = new MemorySegment[group.size()];
    }

    @Override
    public MemorySegment own() {
        if (board == null) {
            board = group.transport().inPlace().board(group.ranks(), recordBytes);
            places = Records.byMessages(group, FrameHeader.BYTES + PLACE.byteSize(), stage);
        }
        return board.own();
    }

    @Override
    public boolean isIdle() {
        return true;
    }

    @Override
    public void start(Channel frames, long payloadBytes) {
        channel = frames;
        Arrays.fill(records, null);
        records[group.rank()] = board.own();
        arrived = 1;
        channel.show(board, stage, payloadBytes);
        if (!asking) {
            places.own().set(PLACE, FrameHeader.BYTES, board.place());
            places.start(frames, PLACE.byteSize());
            asking = true;
        }
    }

    @Override
    public boolean advance() {
        if (!open) {
            return open();
        }
        boolean moved = false;
        for (int peer = 0; peer < records.length; peer++) {
            if (records[peer] == null) {
                MemorySegment record = board.of(peer);
                if (record != null) {
                    channel.checkedPart(record, peer, FrameHeader.ALL_RANKS, stage, -1);
                    records[peer] = record;
                    arrived++;
                    moved = true;
                }
            }
        }
        return moved;
    }

    private boolean open() {
        boolean moved = places.advance();
        if (places.isDone()) {
            for (int peer = 0; peer < records.length; peer++) {
                if (peer != group.rank()) {
                    board.open(peer, places.of(peer).get(PLACE, FrameHeader.BYTES));
                }
            }
            places.release();
            open = true;
        }
        return moved;
    }

    @Override
    public boolean isDone() {
        return arrived == records.length;
    }

    @Override
    public MemorySegment of(int rank) {
        return records[rank];
    }

    @Override
    public String waitingFor(boolean[] ranks) {
        if (!open) {
            return places.waitingFor(ranks);
        }
        for (int peer = 0; peer < ranks.length; peer++) {
            ranks[peer] = records[peer] == null;
        }
        return Stage.name(stage);
    }

    /** Nobody waits for what has been read. */
    @Override
    public void release() {}

    @Override
    public void close() {
        if (closed) {
            return; // all rounds share this
        }
        closed = true;
        if (board != null) {
            places.close();
            board.close();
        }
    }
}
