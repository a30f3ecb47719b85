// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.algorithm;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.bitreduce.frame.FrameHeader;

/**
 * Scatter: chunks from the root to every other rank, each part of the layout belonging to one rank. Between the root and
 * itself a part goes through a buffer, so that it gets the same bits as the others.
 *
 * <p>{@code n - 1} messages per chunk on the root, none on the others, all under way at once; one step of latency.
 */
final class RootScatter implements Schedule {

    private final Channel channel;
    private final GatherArithmetic arithmetic;
    private final Layout parts;
    private final int root;
    private final int rank;
    private final Stream[] streams;
    private final long ownBytes;
    private boolean ownDone;

    /**
     * Prepares.
     *
     * @param arithmetic {@code finish} writes what is sent, {@code deliver} what arrives
     * @param parts one per rank
     * @param root the rank that has all parts
     */
    RootScatter(Channel channel, GatherArithmetic arithmetic, Layout parts, int root) {
        this.channel = channel;
        this.arithmetic = arithmetic;
        this.parts = parts;
        this.root = root;
        this.rank = channel.rank();
        this.streams = rank == root ? new Stream[channel.size() - 1] : new Stream[] {new Incoming()};
        for (int i = 0; rank == root && i < streams.length; i++) {
            streams[i] = new Outgoing(i < root ? i : i + 1);
        }
        this.ownBytes = messageBytes(rank);
        begin();
    }

    private void begin() {
        for (Stream stream : streams) {
            stream.begin();
        }
        ownDone = rank != root;
    }

    @Override
    public void restart() {
        begin();
    }

    private long messageBytes(int part) {
        return Channel.messageBytes(arithmetic.resultBytes(Math.min(parts.chunk(), parts.length(part))));
    }

    /** Chunks of one part, to or from one rank. */
    private abstract static class Stream {

        final int peer;
        final int chunks;
        final Window window;
        /** Chunks that are dealt with, from the first on. */
        int done;

        boolean over;

        Stream(int peer, int chunks, Window window) {
            this.peer = peer;
            this.chunks = chunks;
            this.window = window;
        }

        void begin() {
            window.take();
            done = 0;
            over = false;
        }

        abstract boolean advance();

        /** {@return whether nothing is under way any more, all chunks having been dealt with} */
        abstract boolean isIdle();

        /** {@return whether the last chunk has been dealt with just now} */
        boolean end() {
            if (over || done < chunks || !isIdle()) {
                return false;
            }
            window.giveBack();
            over = true;
            return true;
        }
    }

    private final class Outgoing extends Stream {

        Outgoing(int peer) {
            super(peer, parts.chunks(peer), Window.toSend(channel, parts.chunks(peer), messageBytes(peer)));
        }

        @Override
        boolean advance() {
            if (done == chunks
                    || done >= Window.DEPTH && !window.of(done).request().isDone()) {
                return false;
            }
            long count = parts.chunkLength(peer, done);
            Slot slot = window.of(done);
            finish(slot, parts.chunkStart(peer, done), count);
            channel.send(slot, peer, Stage.GATHER, done, count, arithmetic.resultBytes(count));
            done++;
            return true;
        }

        @Override
        boolean isIdle() {
            return window.isIdle(chunks);
        }
    }

    private final class Incoming extends Stream {

        private int posted;

        Incoming() {
            super(root, parts.chunks(rank), Window.toReceive(channel, root, parts.chunks(rank), messageBytes(rank)));
        }

        @Override
        void begin() {
            super.begin();
            posted = 0;
        }

        @Override
        boolean advance() {
            boolean moved = false;
            while (posted < Math.min(chunks, done + Window.DEPTH)) {
                channel.receive(window.of(posted), root, Stage.GATHER, posted);
                posted++;
                moved = true;
            }
            if (done == chunks || !window.of(done).request().isDone()) {
                return moved;
            }
            long count = parts.chunkLength(rank, done);
            Slot slot = window.of(done);
            long bytes = arithmetic.resultBytes(count);
            deliver(done, channel.checked(slot, root, rank, Stage.GATHER, done, count, bytes));
            slot.request().release();
            done++;
            return true;
        }

        @Override
        boolean isIdle() {
            return true; // a message that has been released is not done any more
        }
    }

    private void finish(Slot slot, long first, long count) {
        long started = System.nanoTime();
        arithmetic.finish(first, count, slot.buffer().segment(), FrameHeader.BYTES);
        channel.countCodec(started);
    }

    private void deliver(int chunk, MemorySegment message) {
        long started = System.nanoTime();
        long first = parts.chunkStart(rank, chunk);
        arithmetic.deliver(rank, first, parts.chunkLength(rank, chunk), message, FrameHeader.BYTES);
        channel.countCodec(started);
    }

    @Override
    public boolean advance() {
        if (isDone()) {
            return false;
        }
        boolean moved = false;
        boolean allWritten = true;
        for (Stream stream : streams) {
            moved |= !stream.over && stream.advance();
            allWritten &= stream.done == stream.chunks;
        }
        if (!ownDone && allWritten) {
            // Last: where the root's output lies in its input, it lies over nobody else's part.
            deliverOwn();
            moved = true;
        }
        for (Stream stream : streams) {
            moved |= stream.end();
        }
        return moved;
    }

    private void deliverOwn() {
        Slot slot = channel.slots().withBuffer(ownBytes);
        for (int chunk = 0; chunk < parts.chunks(rank); chunk++) {
            finish(slot, parts.chunkStart(rank, chunk), parts.chunkLength(rank, chunk));
            deliver(chunk, slot.buffer().segment());
        }
        channel.slots().giveBack(slot, ownBytes);
        ownDone = true;
    }

    @Override
    public boolean isDone() {
        boolean done = ownDone;
        for (Stream stream : streams) {
            done &= stream.over;
        }
        return done;
    }

    @Override
    public String waitingFor(boolean[] ranks) {
        Arrays.fill(ranks, false);
        for (Stream stream : streams) {
            ranks[stream.peer] = !stream.over;
        }
        return "scatter phase";
    }
}
