// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.algorithm;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.bitreduce.frame.FrameHeader;

/**
 * In two hops over a {@link Grid}: some {@code 2 (sqrt(n) - 1)} messages. What goes down the columns are the row's
 * messages as they came, headers and all, so that every rank checks what every other rank wrote.
 */
final class GridRecords implements Records {

    private final Group group;
    private final int stage;
    private final Grid grid;
    private final int rank;
    private final int row;
    private final int[] mates;
    private final int[] targets;
    private final long sectionBytes;
    private final Slot own;
    private final Slot bundle;
    /** By column: messages of mates; null for this rank. */
    private final Slot[] fromMates;
    /** By row: bundles of other rows; null for this rank's. */
    private final Slot[] fromRows;

    private final boolean[] mateCame;
    private final boolean[] rowCame;
    private Channel channel;
    private long payload;
    private boolean published;
    private boolean bundled;
    private int matesMissing;
    private int rowsMissing;

    /** Prepares for messages that all have so many bytes. */
    GridRecords(Group group, long messageBytes, int stage, Grid grid) {
        this.group = group;
        this.stage = stage;
        this.grid = grid;
        this.rank = group.rank();
        this.row = grid.row(rank);
        this.mates = grid.mates(rank);
        this.targets = grid.targets(rank);
        this.sectionBytes = Quantizer.align(messageBytes);
        this.own = group.slots().withBuffer(sectionBytes);
        this.bundle = group.slots().withBuffer(bundleBytes(row));
        this.fromMates = new Slot[grid.length(row)];
        this.fromRows = new Slot[grid.rows()];
        this.mateCame = new boolean[fromMates.length];
        this.rowCame = new boolean[fromRows.length];
        for (int mate : mates) {
            fromMates[grid.column(mate)] = group.slots().toReceive(mate, sectionBytes);
        }
        for (int other = 0; other < fromRows.length; other++) {
            if (other != row) {
                fromRows[other] = group.slots().toReceive(grid.server(other, grid.column(rank)), bundleBytes(other));
            }
        }
    }

    private long bundleBytes(int other) {
        return FrameHeader.BYTES + grid.length(other) * sectionBytes;
    }

    @Override
    public MemorySegment own() {
        return own.buffer().segment();
    }

    @Override
    public boolean isIdle() {
        return !published || own.request().isDone() && bundle.request().isDone();
    }

    @Override
    public void start(Channel frames, long payloadBytes) {
        channel = frames;
        payload = payloadBytes;
        bundled = false;
        matesMissing = mates.length;
        rowsMissing = fromRows.length - 1;
        Arrays.fill(mateCame, false);
        Arrays.fill(rowCame, false);
        for (int mate : mates) {
            channel.receive(fromMates[grid.column(mate)], mate, stage, 0);
        }
        for (int other = 0; other < fromRows.length; other++) {
            if (other != row) {
                int source = grid.server(other, grid.column(rank));
                channel.receive(fromRows[other], source, Stage.second(stage), 0);
            }
        }
        published = true;
        channel.publish(own, mates, stage, 0, 0, payloadBytes);
    }

    @Override
    public boolean advance() {
        boolean moved = false;
        for (int mate : mates) {
            int column = grid.column(mate);
            if (!mateCame[column] && fromMates[column].request().isDone()) {
                channel.checked(fromMates[column], mate, FrameHeader.ALL_RANKS, stage, 0, 0, payload);
                mateCame[column] = true;
                matesMissing--;
                moved = true;
            }
        }
        if (matesMissing == 0 && !bundled) {
            passOn();
            moved = true;
        }
        for (int other = 0; other < fromRows.length; other++) {
            if (other != row && !rowCame[other] && fromRows[other].request().isDone()) {
                check(other);
                rowCame[other] = true;
                rowsMissing--;
                moved = true;
            }
        }
        return moved;
    }

    private void passOn() {
        if (group.meter().hasData()) {
            MemorySegment all = bundle.buffer().segment();
            for (int column = 0; column < fromMates.length; column++) {
                MemorySegment message = fromMates[column] == null
                        ? own()
                        : fromMates[column].request().message();
                long at = FrameHeader.BYTES + column * sectionBytes;
                MemorySegment.copy(message, 0, all, at, FrameHeader.BYTES + payload);
            }
        }
        channel.publish(bundle, targets, Stage.second(stage), 0, 0, bundleBytes(row) - FrameHeader.BYTES);
        bundled = true;
    }

    private void check(int other) {
        int source = grid.server(other, grid.column(rank));
        long bytes = bundleBytes(other) - FrameHeader.BYTES;
        channel.checked(fromRows[other], source, FrameHeader.ALL_RANKS, Stage.second(stage), 0, 0, bytes);
        for (int column = 0; column < grid.length(other) && group.meter().hasData(); column++) {
            int peer = grid.first(other) + column;
            channel.checkedPart(section(other, column), peer, FrameHeader.ALL_RANKS, stage, payload);
        }
    }

    private MemorySegment section(int other, int column) {
        return fromRows[other]
                .request()
                .message()
                .asSlice(FrameHeader.BYTES + column * sectionBytes, FrameHeader.BYTES + payload);
    }

    @Override
    public boolean isDone() {
        return bundled
                && rowsMissing == 0
                && own.request().hasLeft()
                && bundle.request().hasLeft();
    }

    @Override
    public MemorySegment of(int peer) {
        if (peer == rank || !group.meter().hasData()) {
            return own();
        }
        int column = grid.column(peer);
        return grid.row(peer) == row ? fromMates[column].request().message() : section(grid.row(peer), column);
    }

    @Override
    public String waitingFor(boolean[] ranks) {
        Arrays.fill(ranks, false);
        for (int mate : mates) {
            ranks[mate] = !mateCame[grid.column(mate)];
        }
        for (int other = 0; other < fromRows.length && matesMissing == 0; other++) {
            // Its server may itself wait for any rank of its row.
            int start = grid.first(other);
            Arrays.fill(ranks, start, start + grid.length(other), other != row && !rowCame[other]);
        }
        if (bundled && rowsMissing == 0) {
            Arrays.fill(ranks, true); // the transport cannot tell who does not take what this rank sends
            ranks[rank] = false;
        }
        return Stage.name(stage);
    }

    @Override
    public void release() {
        for (int column = 0; column < fromMates.length; column++) {
            if (mateCame[column]) {
                fromMates[column].request().release();
                mateCame[column] = false;
            }
        }
        for (int other = 0; other < fromRows.length; other++) {
            if (rowCame[other]) {
                fromRows[other].request().release();
                rowCame[other] = false;
            }
        }
    }
}
