// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.algorithm;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.function.IntSupplier;
import org.bitreduce.frame.FrameHeader;
import org.bitreduce.transport.Request;

/**
 * In two hops over a {@link Grid}: every rank publishes its chunks to its row, and then its row's chunks, in one message,
 * to the columns that it serves. They travel verbatim and are delivered as {@link AllGather} does.
 *
 * <p>About {@code 2(sqrt(n) - 1)} messages per rank and chunk instead of {@code n - 1}, for the same bytes.
 */
final class GridAllGather implements Schedule {

    private final Channel channel;
    private final GatherArithmetic arithmetic;
    private final Layout parts;
    private final int stage;
    private final Grid grid;
    private final boolean inRankOrder;
    private final IntSupplier ready;
    private final int rank;
    private final int row;
    private final int first;
    private final int[] mates;
    private final int[] targets;
    /** By row: the ranks in it. */
    private final int[][] members;

    private final Bundles bundles;
    private final Window own;
    /** By column: what comes from a mate; null for this rank. */
    private final Window[] fromMates;
    /** By row: what comes from it, and what goes to the others from this rank's. */
    private final Window[] fromRows;

    /** By row: the number of its chunks. */
    private final int[] chunks;

    private final int[] posted;
    private final int[] delivered;

    /** By row: the request whose message is delivered next, once it is posted. */
    private final Request[] awaited;

    private boolean allPosted;
    private int published;
    private int postedMates;
    private int bundled;
    private boolean done;

    /**
     * Prepares; nothing is posted yet.
     *
     * @param inRankOrder whether a chunk is delivered only when all ranks before have delivered theirs of that number
     * @param ready tells how many of this rank's chunks can be finished now
     */
    GridAllGather(
            Channel channel,
            GatherArithmetic arithmetic,
            Layout parts,
            int stage,
            Grid grid,
            boolean inRankOrder,
            IntSupplier ready) {
        this.channel = channel;
        this.arithmetic = arithmetic;
        this.parts = parts;
        this.stage = stage;
        this.grid = grid;
        this.inRankOrder = inRankOrder;
        this.ready = ready;
        this.rank = channel.rank();
        this.row = grid.row(rank);
        this.first = grid.first(row);
        this.mates = grid.mates(rank);
        this.targets = grid.targets(rank);
        this.bundles = new Bundles(parts, arithmetic::resultBytes);
        this.own = Window.toSend(channel, parts.chunks(rank), bundles.longest(new int[] {rank}));
        this.fromMates = new Window[grid.length(row)];
        for (int mate : mates) {
            fromMates[mate - first] =
                    Window.toReceive(channel, mate, parts.chunks(mate), bundles.longest(new int[] {mate}));
        }
        this.members = new int[grid.rows()][];
        this.chunks = new int[grid.rows()];
        this.fromRows = new Window[grid.rows()];
        for (int other = 0; other < members.length; other++) {
            int start = grid.first(other);
            members[other] = new int[grid.length(other)];
            Arrays.setAll(members[other], column -> start + column);
            chunks[other] = bundles.chunks(members[other]);
            long bytes = bundles.longest(members[other]);
            fromRows[other] = other == row
                    ? Window.toSend(channel, chunks[other], bytes)
                    : Window.toReceive(channel, grid.server(other, grid.column(rank)), chunks[other], bytes);
        }
        this.posted = new int[members.length];
        this.delivered = new int[members.length];
        this.awaited = new Request[members.length];
        begin();
    }

    private void begin() {
        own.take();
        for (int mate : mates) {
            fromMates[mate - first].take();
        }
        for (Window window : fromRows) {
            window.take();
        }
        Arrays.fill(posted, 0);
        Arrays.fill(delivered, 0);
        Arrays.fill(awaited, null);
        allPosted = false;
        published = 0;
        postedMates = 0;
        bundled = 0;
        done = false;
    }

    @Override
    public void restart() {
        begin();
    }

    @Override
    public boolean advance() {
        if (done) {
            return false;
        }
        boolean moved = publishNext();
        moved |= postReceives();
        moved |= bundleNext();
        int outstanding = 0;
        for (int other = 0; other < members.length; other++) {
            moved |= deliverNext(other);
            outstanding += chunks[other] - delivered[other];
        }
        if (outstanding == 0 && allSent()) {
            finish();
            return true;
        }
        return moved;
    }

    private boolean allSent() {
        return own.isIdle(parts.chunks(rank)) && fromRows[row].isIdle(chunks[row]);
    }

    private boolean publishNext() {
        if (published == parts.chunks(rank) || published >= ready.getAsInt()) {
            return false;
        }
        Slot slot = own.of(published);
        boolean occupied = published - Window.DEPTH >= bundled
                || published >= Window.DEPTH && !slot.request().isDone();
        if (occupied) {
            return false;
        }
        long count = parts.chunkLength(rank, published);
        long started = System.nanoTime();
        arithmetic.finish(
                parts.chunkStart(rank, published), count, slot.buffer().segment(), FrameHeader.BYTES);
        channel.countCodec(started);
        channel.publish(slot, mates, stage, published, count, bundles.section(rank, published));
        published++;
        return true;
    }

    private boolean postReceives() {
        boolean moved = false;
        for (; postedMates < Math.min(chunks[row], bundled + Window.DEPTH); postedMates++) {
            for (int mate : mates) {
                if (postedMates < parts.chunks(mate)) {
                    channel.receive(fromMates[mate - first].of(postedMates), mate, stage, postedMates);
                }
            }
            moved = true;
        }
        if (allPosted) {
            return moved;
        }
        for (int other = 0; other < members.length; other++) {
            moved |= postReceives(other);
        }
        allPosted = true;
        return moved;
    }

    private boolean postReceives(int other) {
        boolean moved = false;
        int limit = other == row ? 0 : Math.min(chunks[other], delivered[other] + Window.DEPTH);
        for (; posted[other] < limit; posted[other]++) {
            int source = grid.server(other, grid.column(rank));
            channel.receive(fromRows[other].of(posted[other]), source, Stage.second(stage), posted[other]);
            moved = true;
        }
        if (awaited[other] == null && delivered[other] < posted[other]) {
            awaited[other] = fromRows[other].of(delivered[other]).request();
        }
        return moved;
    }

    /** Puts a chunk of all of this row together, when all of that is here, and publishes it. */
    private boolean bundleNext() {
        if (bundled == chunks[row] || !rowIsHere()) {
            return false;
        }
        Slot slot = fromRows[row].of(bundled);
        boolean occupied = bundled - Window.DEPTH >= delivered[row]
                || bundled >= Window.DEPTH && !slot.request().isDone();
        if (occupied) {
            return false;
        }
        long at = FrameHeader.BYTES;
        long started = System.nanoTime();
        for (int member : members[row]) {
            long bytes = bundles.section(member, bundled);
            if (bytes > 0) {
                channel.copy(
                        memberMessage(member, bytes),
                        FrameHeader.BYTES,
                        slot.buffer().segment(),
                        at,
                        bytes);
            }
            at += bytes;
        }
        channel.countCodec(started);
        long elements = bundles.elements(members[row], bundled);
        channel.publish(slot, targets, Stage.second(stage), bundled, elements, at - FrameHeader.BYTES);
        release();
        bundled++;
        return true;
    }

    private boolean rowIsHere() {
        for (int member : members[row]) {
            boolean missing = member == rank
                    ? bundled < parts.chunks(rank) && published <= bundled
                    : bundled < parts.chunks(member) && isMissing(member);
            if (missing) {
                return false;
            }
        }
        return true;
    }

    private boolean isMissing(int mate) {
        return !(postedMates > bundled
                && fromMates[mate - first].of(bundled).request().isDone());
    }

    private MemorySegment memberMessage(int member, long bytes) {
        if (member == rank) {
            return own.of(bundled).buffer().segment();
        }
        Slot slot = fromMates[member - first].of(bundled);
        long count = parts.chunkLength(member, bundled);
        return channel.checked(slot, member, FrameHeader.ALL_RANKS, stage, bundled, count, bytes);
    }

    private void release() {
        for (int mate : mates) {
            if (bundled < parts.chunks(mate)) {
                fromMates[mate - first].of(bundled).request().release();
            }
        }
    }

    private boolean deliverNext(int other) {
        int chunk = delivered[other];
        boolean late = other != row && (awaited[other] == null || !awaited[other].isDone());
        if (late || chunk == chunks[other] || !isTurnOf(other, chunk)) {
            return false;
        }
        Slot slot = fromRows[other].of(chunk);
        if (other == row) {
            if (chunk == bundled) {
                return false;
            }
            deliver(other, chunk, slot.buffer().segment());
        } else {
            int source = grid.server(other, grid.column(rank));
            long elements = bundles.elements(members[other], chunk);
            long payload = bundles.payload(members[other], chunk);
            deliver(
                    other,
                    chunk,
                    channel.checked(
                            slot, source, FrameHeader.ALL_RANKS, Stage.second(stage), chunk, elements, payload));
            slot.request().release();
            awaited[other] = null;
            allPosted = false;
        }
        delivered[other]++;
        return true;
    }

    private void deliver(int other, int chunk, MemorySegment message) {
        long at = FrameHeader.BYTES;
        long started = System.nanoTime();
        for (int owner : members[other]) {
            if (chunk < parts.chunks(owner)) {
                long count = parts.chunkLength(owner, chunk);
                arithmetic.deliver(owner, parts.chunkStart(owner, chunk), count, message, at);
                at += bundles.section(owner, chunk);
            }
        }
        channel.countCodec(started);
    }

    /** In rank order this rank's own chunk must be on its way before the first delivery overwrites the input. */
    private boolean isTurnOf(int other, int chunk) {
        int last = members.length - 1;
        return !inRankOrder
                || published > chunk && (other == 0 ? delivered[last] >= chunk : delivered[other - 1] > chunk);
    }

    private void finish() {
        done = true;
        own.giveBack();
        for (int mate : mates) {
            fromMates[mate - first].giveBack();
        }
        for (Window window : fromRows) {
            window.giveBack();
        }
    }

    @Override
    public boolean isDone() {
        return done;
    }

    @Override
    public String waitingFor(boolean[] ranks) {
        Arrays.fill(ranks, false);
        boolean missing = false;
        for (int mate : mates) {
            ranks[mate] = bundled < parts.chunks(mate) && isMissing(mate);
            missing |= ranks[mate];
        }
        for (int other = 0; other < members.length && !missing; other++) {
            // Its server may itself wait for any rank of its row.
            boolean late = other != row
                    && delivered[other] < chunks[other]
                    && !fromRows[other].of(delivered[other]).request().isDone();
            Arrays.fill(ranks, grid.first(other), grid.first(other) + grid.length(other), late);
        }
        return Stage.name(stage);
    }
}
