// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.algorithm;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.bitreduce.frame.FrameHeader;

/** Everybody publishes to everybody: {@code n - 1} messages, one step of latency. */
final class DirectRecords implements Records {

    private final Group group;
    private final Slot own;
    private final Slot[] incoming;
    private final int stage;
    private final long messageBytes;
    private final MemorySegment[] messages;
    private Channel channel;
    private boolean published;
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
        return !published || own.request().isDone();
    }

    @Override
    public void start(Channel frames, long payloadBytes) {
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
        channel.publish(own, stage, 0, 0, payloadBytes);
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
        return arrived == incoming.length;
    }

    @Override
    public MemorySegment of(int rank) {
        return group.meter().hasData() ? messages[rank] : own();
    }

    @Override
    public String waitingFor(boolean[] ranks) {
        for (int peer = 0; peer < ranks.length; peer++) {
            ranks[peer] = messages[peer] == null;
        }
        return Stage.name(stage);
    }

    @Override
    public void close() {
        if (isIdle()) {
            group.slots().giveBack(own, messageBytes);
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
