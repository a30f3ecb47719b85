// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.algorithm;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.bitreduce.codec.Sources;
import org.bitreduce.frame.FrameHeader;

/**
 * In two hops over a {@link Grid}: along its row every rank sends each mate, in one message, the contributions to all
 * parts that the mate collects for; down its columns it sends each owner, in one message, its whole row's contributions.
 * They travel verbatim, and the owner combines them in rank order, so the bits are those of the direct exchange.
 *
 * <p>About {@code 2(sqrt(n) - 1)} messages per rank and chunk instead of {@code n - 1}, in two steps of latency, for
 * twice the bytes.
 */
final class GridReduceScatter implements Reducing {

    private final Channel channel;
    private final ReduceArithmetic arithmetic;
    /** Null where messages hold nothing. */
    private final Sources messages;

    private final Layout parts;
    private final int stage;
    private final Grid grid;
    private final int rank;
    private final int row;
    private final int length;
    private final RowCollection collection;
    private final Bundles bundles;
    /** By the owners that this rank collects for: what goes to them; this rank's own stays. */
    private final Window[] outgoing;
    /** By row: what comes from it; null for this rank's. */
    private final Window[] incoming;

    private final int ownIndex;
    private final int ownChunks;

    private int forwarded;
    private int forwardedOwners;
    private int posted;
    private int combined;
    private int combinedRows;
    private boolean done;

    GridReduceScatter(Channel channel, ReduceArithmetic arithmetic, Layout parts, int stage, Grid grid) {
        this.channel = channel;
        this.arithmetic = arithmetic;
        this.messages = channel.hasData() ? new Sources(channel.size()) : null;
        this.parts = parts;
        this.stage = stage;
        this.grid = grid;
        this.rank = channel.rank();
        this.row = grid.row(rank);
        this.length = grid.length(row);
        this.collection = new RowCollection(channel, arithmetic, parts, stage, grid);
        this.bundles = new Bundles(parts, arithmetic::contributionBytes);
        this.ownChunks = parts.chunks(rank);
        int[] owners = collection.own();
        this.ownIndex = Arrays.binarySearch(owners, rank);
        this.outgoing = new Window[owners.length];
        for (int i = 0; i < owners.length; i++) {
            long bytes = FrameHeader.BYTES + length * bundles.section(owners[i], 0);
            outgoing[i] = Window.toSend(channel, parts.chunks(owners[i]), bytes);
        }
        this.incoming = new Window[grid.rows()];
        for (int other = 0; other < incoming.length; other++) {
            if (other != row) {
                long bytes = FrameHeader.BYTES + grid.length(other) * bundles.section(rank, 0);
                incoming[other] = Window.toReceive(channel, grid.server(other, grid.column(rank)), ownChunks, bytes);
            }
        }
        begin();
    }

    private void begin() {
        for (Window window : outgoing) {
            window.take();
        }
        for (Window window : incoming) {
            if (window != null) {
                window.take();
            }
        }
        forwarded = 0;
        forwardedOwners = 0;
        posted = 0;
        combined = 0;
        combinedRows = 0;
        done = false;
    }

    @Override
    public void restart() {
        collection.begin();
        begin();
    }

    @Override
    public int combined() {
        return combined;
    }

    @Override
    public boolean advance() {
        if (done) {
            return false;
        }
        boolean moved = postReceives();
        moved |= collection.advance();
        moved |= forwardNext();
        moved |= combineNext();
        if (combined == ownChunks && collection.isDone() && allSent()) {
            finish();
            return true;
        }
        return moved;
    }

    private boolean postReceives() {
        boolean moved = false;
        for (; posted < Math.min(ownChunks, combined + Window.DEPTH); posted++) {
            for (int other = 0; other < incoming.length; other++) {
                if (other != row) {
                    channel.receive(incoming[other].of(posted), server(other), Stage.second(stage), posted);
                }
            }
            moved = true;
        }
        return moved;
    }

    private int server(int other) {
        return grid.server(other, grid.column(rank));
    }

    /** Sends one owner what this row contributes, when all of that is here. */
    private boolean forwardNext() {
        if (forwarded == collection.collected() || !collection.isHere()) {
            return false;
        }
        // Each begins with its own neighbour, so that not all of a column send to the same rank first.
        int index = (ownIndex + 1 + forwardedOwners) % outgoing.length;
        if (forwarded < parts.chunks(collection.own()[index]) && !forward(index)) {
            return false;
        }
        if (++forwardedOwners == outgoing.length) {
            forwardedOwners = 0;
            forwarded++;
            collection.release();
        }
        return true;
    }

    private boolean forward(int index) {
        int owner = collection.own()[index];
        Slot slot = outgoing[index].of(forwarded);
        boolean own = owner == rank;
        if (forwarded >= Window.DEPTH
                && !(own ? combined > forwarded - Window.DEPTH : slot.request().isDone())) {
            return false;
        }
        long from = FrameHeader.BYTES + bundles.sections(collection.own(), index, forwarded);
        long bytes = bundles.section(owner, forwarded);
        long started = System.nanoTime();
        for (int column = 0; column < length; column++) {
            long to = FrameHeader.BYTES + column * bytes;
            channel.copy(collection.message(column), from, slot.buffer().segment(), to, bytes);
        }
        channel.countCodec(started);
        if (!own) {
            long elements = length * parts.chunkLength(owner, forwarded);
            channel.send(slot, owner, Stage.second(stage), forwarded, elements, length * bytes);
        }
        return true;
    }

    /** Combines what one row contributes. */
    private boolean combineNext() {
        if (combined == ownChunks) {
            return false;
        }
        if (combinedRows == row) {
            if (forwarded <= combined) {
                return false;
            }
            combine(ownSlot().buffer().segment(), length);
        } else {
            if (isMissing(combinedRows)) {
                return false;
            }
            Slot slot = incoming[combinedRows].of(combined);
            int members = grid.length(combinedRows);
            long elements = members * parts.chunkLength(rank, combined);
            long payload = members * bundles.section(rank, combined);
            int source = server(combinedRows);
            combine(channel.checked(slot, source, rank, Stage.second(stage), combined, elements, payload), members);
            slot.request().release();
        }
        if (++combinedRows == incoming.length) {
            combinedRows = 0;
            combined++;
        }
        return true;
    }

    private boolean isMissing(int other) {
        return !(posted > combined && incoming[other].of(combined).request().isDone());
    }

    private Slot ownSlot() {
        return outgoing[ownIndex].of(combined);
    }

    private void combine(MemorySegment message, int members) {
        long started = System.nanoTime();
        long start = parts.chunkStart(rank, combined);
        long count = parts.chunkLength(rank, combined);
        long bytes = bundles.section(rank, combined);
        int first = grid.first(combinedRows);
        for (int member = 0; member < members && messages != null; member++) {
            messages.set(first + member, message.asSlice(member * bytes));
        }
        arithmetic.combine(messages, first, first + members, start, count, FrameHeader.BYTES);
        channel.countCodec(started);
    }

    private boolean allSent() {
        for (int i = 0; i < outgoing.length; i++) {
            int owner = collection.own()[i];
            if (owner != rank && !outgoing[i].isIdle(parts.chunks(owner))) {
                return false;
            }
        }
        return true;
    }

    private void finish() {
        done = true;
        collection.giveBack();
        for (Window window : outgoing) {
            window.giveBack();
        }
        for (Window window : incoming) {
            if (window != null) {
                window.giveBack();
            }
        }
    }

    @Override
    public boolean isDone() {
        return done;
    }

    @Override
    public String waitingFor(boolean[] ranks) {
        Arrays.fill(ranks, false);
        if (!collection.waitingFor(ranks)) {
            for (int other = 0; other < incoming.length && combined < ownChunks; other++) {
                // Its server may itself wait for any rank of its row.
                boolean late = other != row && other >= combinedRows && isMissing(other);
                Arrays.fill(ranks, grid.first(other), grid.first(other) + grid.length(other), late);
            }
        }
        return Stage.name(stage) + ", chunk " + combined;
    }
}
