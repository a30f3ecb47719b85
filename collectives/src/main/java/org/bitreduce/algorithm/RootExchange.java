// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.algorithm;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bitreduce.frame.FrameHeader;

/**
 * Scatter and gather: chunks between the root and every other rank, each part of the layout belonging to one rank. Between
 * the root and itself a part goes through a buffer, so that it gets the same bits as the others.
 *
 * <p>{@code n - 1} messages per chunk on the root, one on the others, all under way at once; one step of latency.
 */
final class RootExchange implements Schedule {

    private final Channel channel;
    private final GatherArithmetic arithmetic;
    private final Layout parts;
    private final int rank;
    private final List<Stream> streams = new ArrayList<>();
    private boolean ownDone;

    /**
     * Prepares.
     *
     * @param arithmetic {@code finish} writes what is sent, {@code deliver} what arrives
     * @param parts one per rank
     * @param root the rank that has, or gets, all parts
     * @param scatters whether the root sends
     */
    RootExchange(Channel channel, GatherArithmetic arithmetic, Layout parts, int root, boolean scatters) {
        this.channel = channel;
        this.arithmetic = arithmetic;
        this.parts = parts;
        this.rank = channel.rank();
        boolean isRoot = rank == root;
        this.ownDone = !isRoot;
        for (int peer = 0; peer < channel.size(); peer++) {
            if (peer != rank && (isRoot || peer == root)) {
                int part = isRoot ? peer : rank;
                streams.add(isRoot == scatters ? new Outgoing(peer, part) : new Incoming(peer, part));
            }
        }
    }

    /** Chunks of one part, to or from one rank. */
    private abstract class Stream {

        final int peer;
        final int part;
        final int chunks;
        final boolean receives;
        final Window window;
        /** Chunks that are dealt with, from the first on. */
        int done;

        Stream(int peer, int part, boolean receives) {
            this.peer = peer;
            this.part = part;
            this.receives = receives;
            this.chunks = parts.chunks(part);
            long longest = Math.min(parts.chunk(), parts.length(part));
            long bytes = Channel.messageBytes(arithmetic.resultBytes(longest));
            this.window =
                    receives ? Window.toReceive(channel, peer, chunks, bytes) : Window.toSend(channel, chunks, bytes);
            window.take();
        }

        abstract boolean advance();

        boolean isOver() {
            return done == chunks && window.isIdle(chunks);
        }
    }

    private final class Outgoing extends Stream {

        Outgoing(int peer, int part) {
            super(peer, part, false);
        }

        @Override
        boolean advance() {
            if (done == chunks
                    || done >= Window.DEPTH && !window.of(done).request().isDone()) {
                return false;
            }
            long count = parts.chunkLength(part, done);
            Slot slot = window.of(done);
            finish(slot, parts.chunkStart(part, done), count);
            channel.send(slot, peer, Stage.GATHER, done, count, arithmetic.resultBytes(count));
            done++;
            return true;
        }
    }

    private final class Incoming extends Stream {

        private int posted;

        Incoming(int peer, int part) {
            super(peer, part, true);
        }

        @Override
        boolean advance() {
            boolean moved = false;
            while (posted < Math.min(chunks, done + Window.DEPTH)) {
                channel.receive(window.of(posted), peer, Stage.GATHER, posted);
                posted++;
                moved = true;
            }
            if (done == chunks || !window.of(done).request().isDone()) {
                return moved;
            }
            long count = parts.chunkLength(part, done);
            Slot slot = window.of(done);
            long bytes = arithmetic.resultBytes(count);
            MemorySegment message = channel.checked(slot, peer, rank, Stage.GATHER, done, count, bytes);
            long started = System.nanoTime();
            arithmetic.deliver(part, parts.chunkStart(part, done), count, message, FrameHeader.BYTES);
            channel.countCodec(started);
            slot.request().release();
            done++;
            return true;
        }

        @Override
        boolean isOver() {
            return done == chunks;
        }
    }

    private void finish(Slot slot, long first, long count) {
        long started = System.nanoTime();
        arithmetic.finish(first, count, slot.buffer().segment(), FrameHeader.BYTES);
        channel.countCodec(started);
    }

    @Override
    public boolean advance() {
        if (streams.isEmpty() && ownDone) {
            return false;
        }
        boolean moved = false;
        for (Stream stream : streams) {
            moved |= stream.advance();
        }
        if (!ownDone && streams.stream().allMatch(stream -> stream.receives || stream.done == stream.chunks)) {
            // Last: where the root's output lies in its input, it lies over nobody else's part.
            deliverOwn();
            moved = true;
        }
        if (streams.removeIf(this::end)) {
            moved = true;
        }
        return moved;
    }

    private boolean end(Stream stream) {
        if (stream.isOver()) {
            stream.window.giveBack();
            return true;
        }
        return false;
    }

    private void deliverOwn() {
        long longest = Math.min(parts.chunk(), parts.length(rank));
        long bytes = Channel.messageBytes(arithmetic.resultBytes(longest));
        Slot slot = channel.slots().withBuffer(bytes);
        for (int chunk = 0; chunk < parts.chunks(rank); chunk++) {
            long first = parts.chunkStart(rank, chunk);
            long count = parts.chunkLength(rank, chunk);
            finish(slot, first, count);
            long started = System.nanoTime();
            arithmetic.deliver(rank, first, count, slot.buffer().segment(), FrameHeader.BYTES);
            channel.countCodec(started);
        }
        channel.slots().giveBack(slot, bytes);
        ownDone = true;
    }

    @Override
    public boolean isDone() {
        return ownDone && streams.isEmpty();
    }

    @Override
    public String waitingFor(boolean[] ranks) {
        Arrays.fill(ranks, false);
        for (Stream stream : streams) {
            ranks[stream.peer] = true;
        }
        return "scatter or gather phase";
    }
}
