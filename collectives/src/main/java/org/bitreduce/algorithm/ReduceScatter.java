// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.algorithm;

import java.util.Arrays;
import org.bitreduce.codec.Sources;
import org.bitreduce.frame.FrameHeader;

/**
 * Direct exchange: every rank sends each part's contribution to the part's owner, who combines them in rank order.
 *
 * <p>{@code n - 1} messages per rank and chunk, all under way at once; {@code (n-1)/n} of the packed vector sent and
 * received by each rank. One step of latency; good until the number of ranks makes the messages small.
 */
final class ReduceScatter implements Reducing {

    private final Channel channel;
    private final ReduceArithmetic arithmetic;
    private final Layout parts;
    private final int stage;
    private final int rank;
    private final int size;
    private final Window[] outgoing;
    private final Window[] incoming;
    private final int[] posted;
    private final Sources messages;
    private Slot own;
    private final long ownBytes;
    private final int ownChunks;
    private final int lastChunk;

    private int sendChunk;
    private int sendDistance;
    private int combineChunk;
    private int combineSource;
    private int preparedChunk;
    private boolean sent;
    private boolean done;

    ReduceScatter(Channel channel, ReduceArithmetic arithmetic, Layout parts, int stage) {
        this.channel = channel;
        this.arithmetic = arithmetic;
        this.parts = parts;
        this.stage = stage;
        this.rank = channel.rank();
        this.size = channel.size();
        this.ownChunks = parts.chunks(rank);
        this.outgoing = new Window[size];
        this.incoming = new Window[size];
        this.posted = new int[size];
        this.messages = new Sources(size);
        int longest = 0;
        for (int peer = 0; peer < size; peer++) {
            longest = Math.max(longest, parts.chunks(peer));
            if (peer != rank) {
                outgoing[peer] = Window.toSend(channel, parts.chunks(peer), messageBytes(peer));
                incoming[peer] = Window.toReceive(channel, peer, ownChunks, messageBytes(rank));
            }
        }
        this.lastChunk = longest - 1;
        this.ownBytes = messageBytes(rank);
        begin();
    }

    private void begin() {
        for (int peer = 0; peer < size; peer++) {
            posted[peer] = 0;
            if (peer != rank) {
                outgoing[peer].take();
                incoming[peer].take();
            }
        }
        own = ownChunks == 0 ? null : channel.slots().withBuffer(ownBytes);
        sendChunk = 0;
        sendDistance = 1;
        combineChunk = 0;
        combineSource = 0;
        preparedChunk = -1;
        sent = false;
        done = false;
    }

    @Override
    public void restart() {
        begin();
    }

    private long messageBytes(int part) {
        return Channel.messageBytes(arithmetic.contributionBytes(Math.min(parts.chunk(), parts.length(part))));
    }

    @Override
    public int combined() {
        return combineChunk;
    }

    @Override
    public boolean advance() {
        if (done) {
            return false;
        }
        boolean moved = postReceives();
        boolean sending = sendNext();
        moved |= sending;
        moved |= combineNext(sending);
        if (sent && combineChunk == ownChunks && allSent()) {
            finish();
            return true;
        }
        return moved;
    }

    private boolean postReceives() {
        boolean moved = false;
        int limit = Math.min(ownChunks, combineChunk + Window.DEPTH);
        for (int source = 0; source < size; source++) {
            while (source != rank && posted[source] < limit && isFree(source)) {
                channel.receive(incoming[source].of(posted[source]), source, stage, posted[source]);
                posted[source]++;
                moved = true;
            }
        }
        return moved;
    }

    /** A slot is free again when the chunk that used it before has been combined. */
    private boolean isFree(int source) {
        int combined = combineSource > source ? combineChunk + 1 : combineChunk;
        return posted[source] - Window.DEPTH < combined;
    }

    /** Encodes and posts one message, so that what arrives meanwhile is attended to between two. */
    private boolean sendNext() {
        while (!sent) {
            if (sendDistance >= size) {
                sendDistance = 1;
                sendChunk++;
            }
            if (sendChunk > lastChunk || size == 1) {
                sent = true;
                return true;
            }
            int peer = (rank + sendDistance) % size;
            if (sendChunk < parts.chunks(peer)) {
                return send(peer);
            }
            sendDistance++;
        }
        return false;
    }

    private boolean send(int peer) {
        Slot slot = outgoing[peer].of(sendChunk);
        if (sendChunk >= Window.DEPTH && !slot.request().isDone()) {
            return false;
        }
        long count = parts.chunkLength(peer, sendChunk);
        contribute(parts.chunkStart(peer, sendChunk), count, slot);
        channel.send(slot, peer, stage, sendChunk, count, arithmetic.contributionBytes(count));
        sendDistance++;
        return true;
    }

    /**
     * Combines what has come of a chunk, in rank order. While there is something to send the sums wait for the whole
     * chunk, one pass over it instead of several; this rank's own contribution never makes a pass alone.
     */
    private boolean combineNext(boolean sending) {
        if (combineChunk == ownChunks) {
            return false;
        }
        long first = parts.chunkStart(rank, combineChunk);
        long count = parts.chunkLength(rank, combineChunk);
        if (combineSource == 0) {
            // Before rank 0's contribution overwrites it where input and output are the same.
            prepareOwn(first, count);
        }
        int end = combineSource;
        while (end < size && hasCome(end)) {
            end++;
        }
        int least = combineSource == rank ? combineSource + 2 : combineSource + 1;
        if (end < (sending ? size : Math.min(size, least))) {
            return false;
        }
        combine(end, first, count);
        combineSource = end;
        if (combineSource == size) {
            combineSource = 0;
            combineChunk++;
        }
        return true;
    }

    private boolean hasCome(int source) {
        return source == rank
                || posted[source] > combineChunk
                        && incoming[source].of(combineChunk).request().isDone();
    }

    private void combine(int end, long first, long count) {
        for (int source = combineSource; source < end; source++) {
            messages.set(
                    source,
                    source == rank
                            ? own.buffer().segment()
                            : channel.checked(
                                    incoming[source].of(combineChunk),
                                    source,
                                    rank,
                                    stage,
                                    combineChunk,
                                    count,
                                    arithmetic.contributionBytes(count)));
        }
        long started = System.nanoTime();
        arithmetic.combine(messages, combineSource, end, first, count, FrameHeader.BYTES);
        channel.countCodec(started);
        for (int source = combineSource; source < end; source++) {
            if (source != rank) {
                incoming[source].of(combineChunk).request().release();
            }
        }
    }

    private void prepareOwn(long first, long count) {
        if (preparedChunk != combineChunk) {
            contribute(first, count, own);
            preparedChunk = combineChunk;
        }
    }

    private void contribute(long first, long count, Slot slot) {
        long started = System.nanoTime();
        arithmetic.contribute(first, count, slot.buffer().segment(), FrameHeader.BYTES);
        channel.countCodec(started);
    }

    private boolean allSent() {
        for (int peer = 0; peer < size; peer++) {
            if (peer != rank && !outgoing[peer].isIdle(parts.chunks(peer))) {
                return false;
            }
        }
        return true;
    }

    private void finish() {
        done = true;
        for (int peer = 0; peer < size; peer++) {
            if (peer != rank) {
                outgoing[peer].giveBack();
                incoming[peer].giveBack();
            }
        }
        if (own != null) {
            channel.slots().giveBack(own, ownBytes);
        }
    }

    @Override
    public boolean isDone() {
        return done;
    }

    @Override
    public String waitingFor(boolean[] ranks) {
        Arrays.fill(ranks, false);
        if (combineChunk < ownChunks) {
            for (int source = 0; source < size; source++) {
                boolean combined = source < combineSource;
                ranks[source] = !combined && !hasCome(source);
            }
        } else {
            for (int peer = 0; peer < size; peer++) {
                ranks[peer] = peer != rank && !outgoing[peer].isIdle(Math.min(sendChunk, parts.chunks(peer)));
            }
        }
        return Stage.name(stage) + ", chunk " + combineChunk;
    }
}
