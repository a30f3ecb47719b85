// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.algorithm;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.function.IntSupplier;
import org.bitreduce.codec.Sources;
import org.bitreduce.frame.FrameHeader;

/**
 * Direct exchange: every rank publishes its chunks to all others, or sends them to the one rank that gets them. Chunks are
 * delivered as they arrive, or, where they are added to each other, in rank order.
 *
 * <p>One publication or message per rank and chunk; {@code n - 1} times a rank's own bytes received. One step of latency.
 */
final class AllGather implements Schedule {

    /** In place of the rank that gets the chunks: all do. */
    static final int EVERYBODY = -1;

    private static final int[] NOBODY = {};

    private final Channel channel;
    private final GatherArithmetic arithmetic;
    private final Layout parts;
    private final int stage;
    private final int receiver;
    private final boolean receives;
    private final boolean inRankOrder;
    private final IntSupplier ready;
    private final int rank;
    private final int size;
    private final Window own;
    private final Window[] incoming;
    /** By owner: chunks to deliver here; where nothing is delivered, this rank's own to send. */
    private final int[] expected;

    private final int[] posted;
    private final int[] delivered;
    private final int ownChunks;

    private final Sources messages;
    private int published;
    private boolean done;

    /**
     * Prepares; nothing is posted yet.
     *
     * @param receiver the only rank that gets the chunks, in a channel of all, or {@link #EVERYBODY}
     * @param inRankOrder whether a chunk is delivered only when all ranks before have delivered theirs of that number
     * @param ready tells how many of this rank's chunks can be finished now
     */
    AllGather(
            Channel channel,
            GatherArithmetic arithmetic,
            Layout parts,
            int stage,
            int receiver,
            boolean inRankOrder,
            IntSupplier ready) {
        this.channel = channel;
        this.arithmetic = arithmetic;
        this.parts = parts;
        this.stage = stage;
        this.ready = ready;
        this.rank = channel.rank();
        this.receiver = receiver;
        this.receives = receiver == EVERYBODY || receiver == rank;
        this.inRankOrder = inRankOrder && receives;
        this.size = channel.size();
        this.ownChunks = parts.chunks(rank);
        this.own = Window.toSend(channel, ownChunks, messageBytes(rank));
        this.expected = new int[size];
        this.incoming = new Window[size];
        this.posted = new int[size];
        this.delivered = new int[size];
        this.messages = new Sources(size);
        for (int owner = 0; owner < size; owner++) {
            expected[owner] = receives || owner == rank ? parts.chunks(owner) : 0;
            if (owner != rank) {
                incoming[owner] = Window.toReceive(channel, owner, expected[owner], messageBytes(owner));
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

    private long messageBytes(int part) {
        return Channel.messageBytes(arithmetic.resultBytes(Math.min(parts.chunk(), parts.length(part))));
    }

    @Override
    public boolean advance() {
        if (done) {
            return false;
        }
        boolean publishing = publishNext();
        boolean moved = publishing;
        int outstanding = 0;
        for (int owner = 0; owner < size; owner++) {
            moved |= postReceives(owner);
            moved |= deliverNext(owner);
            outstanding += expected[owner] - delivered[owner];
        }
        if (inRankOrder && deliverInRankOrder(publishing)) {
            return true;
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
        post(slot, count, arithmetic.resultBytes(count));
        published++;
        if (!receives) {
            delivered[rank]++;
        }
        return true;
    }

    private void post(Slot slot, long count, long bytes) {
        if (receiver == EVERYBODY) {
            channel.publish(slot, stage, published, count, bytes);
        } else if (receives) {
            channel.publish(slot, NOBODY, stage, published, count, bytes);
        } else {
            channel.send(slot, receiver, stage, published, count, bytes);
        }
    }

    private boolean postReceives(int owner) {
        boolean moved = false;
        int limit = Math.min(expected[owner], delivered[owner] + Window.DEPTH);
        while (owner != rank && posted[owner] < limit) {
            channel.receive(incoming[owner].of(posted[owner]), owner, stage, posted[owner]);
            posted[owner]++;
            moved = true;
        }
        return moved;
    }

    private boolean deliverNext(int owner) {
        int chunk = delivered[owner];
        if (inRankOrder || chunk == expected[owner] || !hasCome(owner, chunk)) {
            return false;
        }
        long first = parts.chunkStart(owner, chunk);
        long count = parts.chunkLength(owner, chunk);
        long started = System.nanoTime();
        arithmetic.deliver(owner, first, count, message(owner, chunk, count), FrameHeader.BYTES);
        channel.countCodec(started);
        release(owner, chunk);
        return true;
    }

    /**
     * Delivers what has come of a chunk, in rank order and in one pass. While there is something to publish it waits for
     * the whole chunk. This rank's own chunk must be on its way before the first delivery overwrites the input.
     */
    private boolean deliverInRankOrder(boolean publishing) {
        int next = nextInOrder();
        int chunk = delivered[next];
        if (chunk >= published) {
            return false;
        }
        int end = next;
        while (end < size && hasCome(end, chunk)) {
            end++;
        }
        if (end < (publishing ? size : next + 1)) {
            return false;
        }
        long first = parts.chunkStart(rank, chunk);
        long count = parts.chunkLength(rank, chunk);
        for (int owner = next; owner < end; owner++) {
            messages.set(owner, message(owner, chunk, count));
        }
        long started = System.nanoTime();
        arithmetic.deliverAll(messages, next, end, first, count, FrameHeader.BYTES);
        channel.countCodec(started);
        for (int owner = next; owner < end; owner++) {
            release(owner, chunk);
        }
        return true;
    }

    /** {@return the first rank that has delivered fewer chunks than rank 0; 0 if there is none} */
    private int nextInOrder() {
        for (int owner = 1; owner < size; owner++) {
            if (delivered[owner] < delivered[0]) {
                return owner;
            }
        }
        return 0;
    }

    private boolean hasCome(int owner, int chunk) {
        return owner == rank
                ? chunk < published
                : posted[owner] > chunk && incoming[owner].of(chunk).request().isDone();
    }

    private MemorySegment message(int owner, int chunk, long count) {
        return owner == rank
                ? own.of(chunk).buffer().segment()
                : channel.checked(
                        incoming[owner].of(chunk),
                        owner,
                        receiver == EVERYBODY ? FrameHeader.ALL_RANKS : rank,
                        stage,
                        chunk,
                        count,
                        arithmetic.resultBytes(count));
    }

    private void release(int owner, int chunk) {
        delivered[owner]++;
        if (owner != rank) {
            incoming[owner].of(chunk).request().release();
        }
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
                    && delivered[owner] < expected[owner]
                    && !incoming[owner].of(delivered[owner]).request().isDone();
            missing |= ranks[owner];
        }
        if (!missing) {
            // Only acknowledgements of what this rank published are outstanding, by whom the transport cannot tell.
            Arrays.fill(ranks, receiver == EVERYBODY);
            if (receiver != EVERYBODY) {
                ranks[receiver] = true;
            }
            ranks[rank] = false;
        }
        return Stage.name(stage);
    }
}
