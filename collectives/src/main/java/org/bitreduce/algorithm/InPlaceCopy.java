// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.algorithm;

import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * Every rank copies all owners' elements from where they lie. No messages: the agreement has told that they are there.
 * Owners come in the order of their ranks from this one on, so that not all read the same memory at once.
 */
final class InPlaceCopy implements Schedule {

    private final Channel channel;
    private final int elementBytes;
    private final Layout layout;
    private final List<MemorySegment> inputs;
    private final MemorySegment output;
    private final int rank;
    private final int size;

    private int distance;
    private int chunk;

    /**
     * Prepares.
     *
     * @param inputs by rank, from the beginning of its elements; null of ranks that own none
     * @param output everybody's elements
     */
    InPlaceCopy(Channel channel, int elementBytes, Layout layout, List<MemorySegment> inputs, MemorySegment output) {
        this.channel = channel;
        this.elementBytes = elementBytes;
        this.layout = layout;
        this.inputs = inputs;
        this.output = output;
        this.rank = channel.rank();
        this.size = channel.size();
        begin();
    }

    private void begin() {
        distance = 0;
        chunk = 0;
        channel.countRead((size - 1) * layout.length(rank) * elementBytes);
        skipEmpty();
    }

    @Override
    public void restart() {
        begin();
    }

    @Override
    public boolean advance() {
        if (isDone()) {
            return false;
        }
        long started = System.nanoTime();
        int owner = owner();
        long from = (layout.chunkStart(owner, chunk) - layout.start(owner)) * elementBytes;
        copy(inputs.get(owner), from, layout.chunkStart(owner, chunk) * elementBytes, layout.chunkLength(owner, chunk));
        chunk++;
        skipEmpty();
        channel.countCodec(started);
        return true;
    }

    private void copy(MemorySegment input, long from, long to, long count) {
        if (input.address() + from != output.address() + to) {
            channel.copy(input, from, output, to, count * elementBytes);
        }
    }

    private int owner() {
        return (rank + distance) % size;
    }

    /** Goes on to the next owner who has more. */
    private void skipEmpty() {
        while (!isDone() && chunk == layout.chunks(owner())) {
            distance++;
            chunk = 0;
        }
    }

    @Override
    public boolean isDone() {
        return distance == size;
    }

    @Override
    public String waitingFor(boolean[] ranks) {
        return Stage.name(Stage.GATHER);
    }
}
