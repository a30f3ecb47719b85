// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.algorithm;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.function.IntSupplier;
import org.bitreduce.frame.FrameHeader;

/**
 * Direct exchange: every rank publishes its chunks to all others. Chunks are delivered as they arrive, or, where they
 * are added to each other, in rank order.
 *
 * <p>One publication per rank and chunk; {@code n - 1} times a rank's own bytes received. One step of latency.
 */
final class AllGather implements Schedule {

    private final Channel channel;
    private final GatherArithmetic arithmetic;
    private final Layout parts;
    private final int stage;
    private final boolean inRankOrder;
    private final IntSupplier ready;
    private final int rank;
    private final int size;
    private final Window own;
    private final Window[] incoming;
    private final int[] posted;
    private final int[] delivered;
    private final int ownChunks;

    private int published;
    private boolean done;

    /**
     * Prepares; nothing is posted yet.
     *
     * @param inRankOrder whether a chunk is delivered only when all ranks before have delivered theirs of that number
     * @param ready tells how many of this rank's chunks can be finished now
     */
    AllGather(
            Channel channel,
            GatherArithmetic arithmetic,
            Layout parts,
            int stage,
            boolean inRankOrder,
            IntSupplier ready) {
        this.channel = channel;
        this.arithmetic = arithmetic;
        this.parts = parts;
        this.stage = stage;
        this.inRankOrder = inRankOrder;
        this.ready = ready;
        this.rank = channel.rank();
        this.size = channel.size();
        this.ownChunks = parts.chunks(rank);
        this.own = new Window(channel.slots(), ownChunks, messageBytes(rank), false);
        this.incoming = new Window[size];
        this.posted = new int[size];
        this.delivered = new int[size];
        for (int owner = 0; owner < size; owner++) {
            if (owner != rank) {
                incoming[owner] = new Window(channel.slots(), parts.chunks(owner), messageBytes(owner), true);
            }
        }
        begin();
    }

    private void begin() {
        own.take();
        for (int owner = 0; owner < size; owner++) {
            posted[owner] = 0;
            delivered[owner] = 0;
            if (owner != rank) {
                incoming[owner].take();
            }
        }
        published = 0;
        done = false;
    }

    @Override
    public void restart() {
        begin();
    }

    @Override
    public boolean canRestart() {
        return true;
    }

    private long messageBytes(int part) {
        return Channel.messageBytes(arithmetic.resultBytes(Math.min(parts.chunk(), parts.length(part))));
    }

    @Override
    public boolean advance() {
        if (done) {
            return false;
        }
        boolean moved = publishNext();
        int outstanding = 0;
        for (int owner = 0; owner < size; owner++) {
            moved |= postReceives(owner);
            moved |= deliverNext(owner);
            outstanding += parts.chunks(owner) - delivered[owner];
        }
        if (outstanding == 0 && own.isIdle(ownChunks)) {
            finish();
            return true;
        }
        return moved;
    }

    private boolean publishNext() {
        if (published == ownChunks || published >= ready.getAsInt()) {
            return false;
        }
        Slot slot = own.of(published);
        boolean occupied = published - Window.DEPTH >= delivered[rank]
                || published >= Window.DEPTH && !slot.request().isDone();
        if (occupied) {
            return false;
        }
        long count = parts.chunkLength(rank, published);
        long started = System.nanoTime();
        arithmetic.finish(
                parts.chunkStart(rank, published), count, slot.buffer().segment(), FrameHeader.BYTES);
        channel.countCodec(started);
        channel.publish(slot, stage, published, count, arithmetic.resultBytes(count));
        published++;
        return true;
    }

    private boolean postReceives(int owner) {
        boolean moved = false;
        int limit = Math.min(parts.chunks(owner), delivered[owner] + Window.DEPTH);
        while (owner != rank && posted[owner] < limit) {
            channel.receive(incoming[owner].of(posted[owner]), owner, stage, posted[owner]);
            posted[owner]++;
            moved = true;
        }
        return moved;
    }

    private boolean deliverNext(int owner) {
        int chunk = delivered[owner];
        if (chunk == parts.chunks(owner) || !isTurnOf(owner, chunk)) {
            return false;
        }
        long first = parts.chunkStart(owner, chunk);
        long count = parts.chunkLength(owner, chunk);
        if (owner == rank) {
            if (chunk == published) {
                return false;
            }
            deliver(rank, first, count, own.of(chunk).buffer().segment());
        } else {
            Slot slot = incoming[owner].of(chunk);
            if (!slot.request().isDone()) {
                return false;
            }
            MemorySegment message = channel.checked(
                    slot, owner, FrameHeader.ALL_RANKS, stage, chunk, count, arithmetic.resultBytes(count));
            deliver(owner, first, count, message);
            slot.request().release();
        }
        delivered[owner]++;
        return true;
    }

    private void deliver(int owner, long first, long count, MemorySegment message) {
        long started = System.nanoTime();
        arithmetic.deliver(owner, first, count, message, FrameHeader.BYTES);
        channel.countCodec(started);
    }

    /** In rank order this rank's own chunk must be on its way before the first delivery overwrites the input. */
    private boolean isTurnOf(int owner, int chunk) {
        return !inRankOrder
                || published > chunk && (owner == 0 ? delivered[size - 1] >= chunk : delivered[owner - 1] > chunk);
    }

    private void finish() {
        done = true;
        own.giveBack();
        for (int owner = 0; owner < size; owner++) {
            if (owner != rank) {
                incoming[owner].giveBack();
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
        boolean missing = false;
        for (int owner = 0; owner < size; owner++) {
            ranks[owner] = owner != rank
                    && delivered[owner] < parts.chunks(owner)
                    && !incoming[owner].of(delivered[owner]).request().isDone();
            missing |= ranks[owner];
        }
        if (!missing) {
            // Only acknowledgements of what this rank published are outstanding, by whom the transport cannot tell.
            Arrays.fill(ranks, true);
            ranks[rank] = false;
        }
        return Stage.name(stage);
    }
}
