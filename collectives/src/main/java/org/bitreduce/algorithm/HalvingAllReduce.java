// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.algorithm;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import org.bitreduce.Reduction;
import org.bitreduce.frame.FrameHeader;

/**
 * Plain all-reduce by recursive halving and doubling (Rabenseifner): {@code 2 log2(n)} messages per rank, as many bytes as
 * the direct exchange, sums in the order of a tree. Each element is added up on one rank only and copied to the others, so
 * all ranks get equal bits.
 */
final class HalvingAllReduce implements Schedule {

    private final Channel channel;
    private final Group group;
    private final Call call;
    private final MemorySegment input;
    private final int elementBytes;
    private final List<HalvingSteps.Step> steps;

    private int index;
    private boolean begun;
    private Window outgoing;
    private Window incoming;
    private int sent;
    private int posted;
    private int taken;

    /**
     * Prepares; nothing is posted yet.
     *
     * @param input this rank's vector
     */
    HalvingAllReduce(Channel channel, Group group, Call call, MemorySegment input) {
        this.channel = channel;
        this.group = group;
        this.call = call;
        this.input = input;
        this.elementBytes = call.type().bytes();
        this.steps = HalvingSteps.of(channel.rank(), channel.size(), call.count());
    }

    @Override
    public void restart() {
        index = 0;
        begun = false;
    }

    @Override
    public boolean isDone() {
        return begun && index == steps.size();
    }

    @Override
    public boolean advance() {
        if (isDone()) {
            return false;
        }
        if (!begun) {
            begin();
            return true;
        }
        HalvingSteps.Step step = steps.get(index);
        boolean moved = postReceives(step);
        moved |= sendNext(step);
        moved |= takeNext(step);
        if (sent == chunks(step.sent()) && taken == chunks(step.received()) && outgoing.isIdle(sent)) {
            close(step);
            return true;
        }
        return moved;
    }

    /** The output takes the sums. */
    private void begin() {
        begun = true;
        if (!input.equals(call.output()) && group.meter().spend(Work.CONTRIBUTE, call.inputBytes())) {
            MemorySegment.copy(input, 0, call.output(), 0, call.inputBytes());
            group.meter().done(Work.CONTRIBUTE, call.inputBytes());
        }
        open();
    }

    private void open() {
        if (index == steps.size()) {
            return;
        }
        HalvingSteps.Step step = steps.get(index);
        outgoing = Window.toSend(channel, chunks(step.sent()), longest(step.sent()));
        outgoing.take();
        incoming = Window.toReceive(channel, step.peer(), chunks(step.received()), longest(step.received()));
        incoming.take();
        sent = 0;
        posted = 0;
        taken = 0;
    }

    private long longest(HalvingSteps.Range range) {
        return Channel.messageBytes(Math.min(Partition.CHUNK, range.count()) * elementBytes);
    }

    private static int chunks(HalvingSteps.Range range) {
        return Math.toIntExact(Math.ceilDiv(range.count(), Partition.CHUNK));
    }

    private static long start(HalvingSteps.Range range, int chunk) {
        return range.first() + chunk * Partition.CHUNK;
    }

    private static long length(HalvingSteps.Range range, int chunk) {
        return Math.min(Partition.CHUNK, range.count() - chunk * Partition.CHUNK);
    }

    private boolean postReceives(HalvingSteps.Step step) {
        boolean moved = false;
        for (; posted < Math.min(chunks(step.received()), taken + Window.DEPTH); posted++) {
            channel.receive(incoming.of(posted), step.peer(), step.stage(), posted);
            moved = true;
        }
        return moved;
    }

    private boolean sendNext(HalvingSteps.Step step) {
        if (sent == chunks(step.sent())) {
            return false;
        }
        Slot slot = outgoing.of(sent);
        if (sent >= Window.DEPTH && !slot.request().isDone()) {
            return false;
        }
        long count = length(step.sent(), sent);
        long bytes = count * elementBytes;
        long started = System.nanoTime();
        if (group.meter().spend(Work.CONTRIBUTE, bytes)) {
            long from = start(step.sent(), sent) * elementBytes;
            MemorySegment.copy(call.output(), from, slot.buffer().segment(), FrameHeader.BYTES, bytes);
            group.meter().done(Work.CONTRIBUTE, bytes);
        }
        channel.countCodec(started);
        channel.send(slot, step.peer(), step.stage(), sent, count, bytes);
        sent++;
        return true;
    }

    private boolean takeNext(HalvingSteps.Step step) {
        if (taken == posted || !incoming.of(taken).request().isDone()) {
            return false;
        }
        Slot slot = incoming.of(taken);
        long count = length(step.received(), taken);
        long bytes = count * elementBytes;
        MemorySegment message = channel.checked(slot, step.peer(), channel.rank(), step.stage(), taken, count, bytes);
        long at = start(step.received(), taken) * elementBytes;
        Work work = step.adds() ? Work.COMBINE : Work.DELIVER;
        long started = System.nanoTime();
        if (group.meter().spend(work, bytes)) {
            if (step.adds()) {
                Reduction reduction = call.reduction() == Reduction.MEAN ? Reduction.SUM : call.reduction();
                group.kernels().reduce(call.type(), reduction, message, FrameHeader.BYTES, count, call.output(), at);
            } else {
                MemorySegment.copy(message, FrameHeader.BYTES, call.output(), at, bytes);
            }
            group.meter().done(work, bytes);
        }
        channel.countCodec(started);
        slot.request().release();
        taken++;
        return true;
    }

    private void close(HalvingSteps.Step step) {
        outgoing.giveBack();
        incoming.giveBack();
        long complete = step.complete().count();
        if (call.reduction() == Reduction.MEAN && complete > 0 && group.meter().hasData()) {
            long at = step.complete().first() * elementBytes;
            group.kernels().divide(call.type(), channel.size(), complete, call.output(), at);
        }
        index++;
        open();
    }

    @Override
    public String waitingFor(boolean[] ranks) {
        Arrays.fill(ranks, false);
        HalvingSteps.Step step = steps.get(index);
        ranks[step.peer()] = true;
        return Stage.name(step.stage());
    }
}
