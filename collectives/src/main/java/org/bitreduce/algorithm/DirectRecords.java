// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.algorithm;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.bitreduce.frame.FrameHeader;

/**
 * Everybody publishes to everybody, or sends to everybody what is for nobody else: {@code n - 1} messages, one step of
 * latency.
 */
final class DirectRecords implements Records {

    private final Group group;
    private final Slot own;
    /** By the one rank that each goes to; null as long as all have got the same. */
    private Slot[] apart;

    private final Slot[] incoming;
    private final int stage;
    private final long messageBytes;
    private final MemorySegment[] messages;
    private Channel channel;
    private boolean published;
    private boolean publishedApart;
    private int arrived;

    /** Prepares for messages of at most so many bytes. */
    DirectRecords(Group group, long messageBytes, int stage) {
        this.group = group;
        this.stage = stage;
        this.messageBytes = messageBytes;
        this.own = group.slots().withBuffer(messageBytes);
        this.incoming = new Slot[group.size()];
        this.messages = new MemorySegment[group.size()];
        for (int peer = 0; peer < group.size(); peer++) {
            if (peer != group.rank()) {
                incoming[peer] = group.slots().toReceive(peer, messageBytes);
            }
        }
    }

    @Override
    public MemorySegment own() {
        return own.buffer().segment();
    }

    @Override
    public boolean isIdle() {
        if (!publishedApart) {
            return !published || own.request().isDone();
        }
        for (Slot slot : apart) {
            if (slot != null && !slot.request().isDone()) {
                return false;
            }
        }
        return true;
    }

    @Override
    public void start(Channel frames, long payloadBytes) {
        awaitOthers(frames);
        publishedApart = false;
        channel.publish(own, stage, 0, 0, payloadBytes);
    }

    @Override
    public void startApart(Channel frames, long commonBytes, Ending ending) {
        awaitOthers(frames);
        publishedApart = true;
        if (apart == null) {
            apart = new Slot[group.size()];
        }
        for (int distance = 1; distance < group.size(); distance++) { // not all to the same rank first
            send((group.rank() + distance) % group.size(), commonBytes, ending);
        }
        ending.write(group.rank(), own(), FrameHeader.BYTES + commonBytes);
    }

    private void send(int peer, long commonBytes, Ending ending) {
        if (apart[peer] == null) {
            apart[peer] = group.slots().withBuffer(messageBytes);
        }
        MemorySegment message = apart[peer].buffer().segment();
        if (group.meter().hasData()) {
            MemorySegment.copy(own(), FrameHeader.BYTES, message, FrameHeader.BYTES, commonBytes);
        }
        long bytes = ending.write(peer, message, FrameHeader.BYTES + commonBytes);
        channel.sendAsToAll(apart[peer], peer, stage, commonBytes + bytes);
    }

    private void awaitOthers(Channel frames) {
        channel = frames;
        Arrays.fill(messages, null);
        arrived = 1;
        messages[group.rank()] = own();
        for (int peer = 0; peer < incoming.length; peer++) {
            if (peer != group.rank()) {
                channel.receive(incoming[peer], peer, stage, 0);
            }
        }
        published = true;
    }

    @Override
    public boolean advance() {
        boolean moved = false;
        for (int peer = 0; peer < incoming.length; peer++) {
            if (messages[peer] == null && incoming[peer].request().isDone()) {
                messages[peer] = channel.checked(incoming[peer], peer, FrameHeader.ALL_RANKS, stage, 0, 0, -1);
                arrived++;
                moved = true;
            }
        }
        return moved;
    }

    @Override
    public boolean isDone() {
        return arrived == incoming.length && hasLeft();
    }

    private boolean hasLeft() {
        if (!publishedApart) {
            return own.request().hasLeft();
        }
        for (Slot slot : apart) {
            if (slot != null && !slot.request().hasLeft()) {
                return false;
            }
        }
        return true;
    }

    @Override
    public MemorySegment of(int rank) {
        return group.meter().hasData() ? messages[rank] : own();
    }

    @Override
    public String waitingFor(boolean[] ranks) {
        for (int peer = 0; peer < ranks.length; peer++) {
            // Who does not take what this rank sends, when all have come, the transport cannot tell.
            ranks[peer] = peer != group.rank() && (messages[peer] == null || arrived == incoming.length);
        }
        return Stage.name(stage);
    }

    @Override
    public void close() {
        if (isIdle()) {
            group.slots().giveBack(own, messageBytes);
            for (int peer = 0; apart != null && peer < apart.length; peer++) {
                if (apart[peer] != null) {
                    group.slots().giveBack(apart[peer], messageBytes);
                }
            }
        }
        for (int peer = 0; peer < incoming.length; peer++) {
            if (peer != group.rank()) {
                group.slots().giveBack(incoming[peer], messageBytes);
            }
        }
    }

    @Override
    public void release() {
        for (int peer = 0; peer < incoming.length; peer++) {
            if (peer != group.rank() && messages[peer] != null) {
                incoming[peer].request().release();
                messages[peer] = null;
            }
        }
    }
}
