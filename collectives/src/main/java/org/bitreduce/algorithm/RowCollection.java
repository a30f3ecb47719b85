// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.algorithm;

import java.lang.foreign.MemorySegment;
import org.bitreduce.frame.FrameHeader;

/**
 * The first hop of {@link GridReduceScatter}: every rank sends each mate of its row the contributions to all parts that
 * the mate collects for, and collects such bundles itself.
 */
final class RowCollection {

    private final Channel channel;
    private final ReduceArithmetic arithmetic;
    private final Bundles bundles;
    private final int stage;
    private final int rank;
    private final int first;
    private final int length;
    /** By column: the parts for which that member of the row collects. */
    private final int[][] owners;
    /** By column: what goes to a mate; this rank's own bundle stays. */
    private final Window[] outgoing;
    /** By column: what comes from a mate; null for this rank. */
    private final Window[] incoming;

    /** By column: chunks of what it collects. */
    private final int[] messages;

    private final int chunks;
    private final int collected;

    private int written;
    private int writtenMates;
    private int posted;
    private int released;
    private int checked;

    RowCollection(Channel channel, ReduceArithmetic arithmetic, Layout parts, int stage, Grid grid) {
        this.channel = channel;
        this.arithmetic = arithmetic;
        this.bundles = new Bundles(parts, arithmetic::contributionBytes);
        this.stage = stage;
        this.rank = channel.rank();
        this.first = grid.first(grid.row(rank));
        this.length = grid.length(grid.row(rank));
        this.owners = new int[length][];
        this.outgoing = new Window[length];
        this.incoming = new Window[length];
        this.messages = new int[length];
        int most = 0;
        for (int column = 0; column < length; column++) {
            owners[column] = grid.served(first + column);
            messages[column] = bundles.chunks(owners[column]);
            outgoing[column] = Window.toSend(channel, messages[column], bundles.longest(owners[column]));
            most = Math.max(most, messages[column]);
        }
        this.chunks = most;
        this.collected = messages[rank - first];
        long longest = bundles.longest(own());
        for (int column = 0; column < length; column++) {
            if (first + column != rank) {
                incoming[column] = Window.toReceive(channel, first + column, collected, longest);
            }
        }
        begin();
    }

    /** Takes what is needed, to do the same once more. */
    void begin() {
        for (int column = 0; column < length; column++) {
            outgoing[column].take();
            if (incoming[column] != null) {
                incoming[column].take();
            }
        }
        written = 0;
        writtenMates = 0;
        posted = 0;
        released = 0;
        checked = 0;
    }

    /** {@return the parts for which this rank collects, in rank order} */
    int[] own() {
        return owners[rank - first];
    }

    /** {@return the number of chunks that this rank collects} */
    int collected() {
        return collected;
    }

    boolean advance() {
        boolean moved = postReceives();
        return writeNext() || moved;
    }

    private boolean postReceives() {
        boolean moved = false;
        for (; posted < Math.min(collected, released + Window.DEPTH); posted++) {
            for (int column = 0; column < length; column++) {
                if (incoming[column] != null) {
                    channel.receive(incoming[column].of(posted), first + column, stage, posted);
                }
            }
            moved = true;
        }
        return moved;
    }

    /** Writes one member's bundle; this rank's own, which goes nowhere, comes last. */
    private boolean writeNext() {
        if (written == chunks) {
            return false;
        }
        int column = (rank - first + 1 + writtenMates) % length;
        if (written < messages[column]) {
            boolean own = incoming[column] == null;
            Slot slot = outgoing[column].of(written);
            if (written >= Window.DEPTH
                    && !(own
                            ? released > written - Window.DEPTH
                            : slot.request().isDone())) {
                return false;
            }
            write(slot, owners[column]);
            if (!own) {
                long elements = bundles.elements(owners[column], written);
                channel.send(slot, first + column, stage, written, elements, bundles.payload(owners[column], written));
            }
        }
        if (++writtenMates == length) {
            writtenMates = 0;
            written++;
        }
        return true;
    }

    private void write(Slot slot, int[] receivers) {
        long started = System.nanoTime();
        long at = FrameHeader.BYTES;
        Layout parts = bundles.parts();
        for (int owner : receivers) {
            if (written < parts.chunks(owner)) {
                long start = parts.chunkStart(owner, written);
                long count = parts.chunkLength(owner, written);
                arithmetic.contribute(start, count, slot.buffer().segment(), at);
                at += bundles.section(owner, written);
            }
        }
        channel.countCodec(started);
    }

    /** {@return whether every member's bundle of the chunk that was not released yet is here} */
    boolean isHere() {
        if (checked > released) {
            return true;
        }
        if (written <= released) {
            return false;
        }
        for (int column = 0; column < length; column++) {
            if (isMissing(column)) {
                return false;
            }
        }
        long payload = bundles.payload(own(), released);
        long elements = bundles.elements(own(), released);
        for (int column = 0; column < length; column++) {
            if (incoming[column] != null) {
                Slot slot = incoming[column].of(released);
                channel.checked(slot, first + column, rank, stage, released, elements, payload);
            }
        }
        checked = released + 1;
        return true;
    }

    private boolean isMissing(int column) {
        return incoming[column] != null
                && !(posted > released
                        && incoming[column].of(released).request().isDone());
    }

    /** {@return a member's bundle of the chunk at hand; its sections begin behind the header} */
    MemorySegment message(int column) {
        return incoming[column] == null
                ? outgoing[column].of(released).buffer().segment()
                : incoming[column].of(released).request().message();
    }

    /** Goes on to the next chunk. */
    void release() {
        for (Window window : incoming) {
            if (window != null) {
                window.of(released).request().release();
            }
        }
        released++;
    }

    /** {@return whether nothing is under way any more} */
    boolean isDone() {
        boolean idle = written == chunks && released == collected;
        for (int column = 0; column < length && idle; column++) {
            idle = incoming[column] == null || outgoing[column].isIdle(messages[column]);
        }
        return idle;
    }

    void giveBack() {
        for (int column = 0; column < length; column++) {
            outgoing[column].giveBack();
            if (incoming[column] != null) {
                incoming[column].giveBack();
            }
        }
    }

    /** Names the mates whose bundle is missing. */
    boolean waitingFor(boolean[] ranks) {
        boolean any = false;
        for (int column = 0; column < length && released < collected; column++) {
            ranks[first + column] = isMissing(column);
            any |= ranks[first + column];
        }
        return any;
    }
}
