// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.algorithm;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.stream.IntStream;
import org.bitreduce.CorruptFrameException;
import org.bitreduce.frame.FrameChecksum;
import org.bitreduce.frame.FrameDifference;
import org.bitreduce.frame.FrameFields;
import org.bitreduce.frame.FrameHeader;
import org.bitreduce.transport.Board;
import org.bitreduce.transport.GroupTransport;
import org.bitreduce.transport.Transport;

/**
 * Sends and receives the frames of one call at a time: puts the header in front of payloads, and lets nothing pass whose
 * header is not exactly as it must be. Payloads start {@link FrameHeader#BYTES} after the message.
 *
 * <p>{@link #among} gives a channel of some ranks, its members, who are numbered from 0 in it; its publications go to them
 * alone. It is the same call's, and what it sends is counted with the rest.
 */
final class Channel {

    static final int CHUNK_BITS = 16;

    private final Group group;
    private final Transport transport;
    private final boolean checksumPayload;
    /** By number in this channel. */
    private final int[] members;

    /** All members but this rank; null where all ranks are members. */
    private final int[] others;

    private final int self;
    /** Of all ranks, maybe this one: counts for all. */
    private final Channel whole;

    private final FrameFields fields;
    private final FrameChecksum checksum;
    private final MemorySegment scratch;
    private long call;
    private long codecNanos;
    private long sentBytes;
    private long sentMessages;

    /** Of all ranks. */
    Channel(Group group) {
        this.group = group;
        this.transport = group.transport();
        this.members = IntStream.range(0, group.size()).toArray();
        this.others = null;
        this.self = group.rank();
        this.checksumPayload = group.options().integrity() || !group.readInPlace(members);
        this.whole = this;
        this.fields = new FrameFields();
        this.checksum = new FrameChecksum();
        this.scratch = Arena.ofAuto().allocate(FrameHeader.BYTES, 8);
        this.fields.context = transport.context();
    }

    private Channel(Channel whole, int[] members) {
        this.group = whole.group;
        this.transport = whole.transport;
        this.members = members;
        this.others = IntStream.of(members).filter(rank -> rank != group.rank()).toArray();
        this.self = IntStream.range(0, members.length)
                .filter(member -> members[member] == group.rank())
                .findFirst()
                .orElseThrow();
        this.checksumPayload = group.options().integrity() || !group.readInPlace(members);
        this.whole = whole;
        this.fields = whole.fields;
        this.checksum = whole.checksum;
        this.scratch = whole.scratch;
    }

    /**
     * {@return a channel of some ranks}
     *
     * @param ranks the members, this rank among them, in the order of their numbers
     */
    Channel among(int[] ranks) {
        return new Channel(whole, ranks.clone());
    }

    /** {@return this rank's number in this channel} */
    int rank() {
        return self;
    }

    /** {@return the number of members} */
    int size() {
        return members.length;
    }

    /** {@return the rank of a member} */
    int rankOf(int member) {
        return members[member];
    }

    /** {@return whether messages hold anything, see {@link WorkMeter#hasData}} */
    boolean hasData() {
        return group.meter().hasData();
    }

    WorkMeter meter() {
        return group.meter();
    }

    SlotPool slots() {
        return group.slots();
    }

    /**
     * Begins a call: until it is agreed on, frames tell only how many calls there were before, which no rank can get
     * wrong, and the record in them tells the rest, the operation number too.
     */
    void beginCall(long earlierCalls) {
        call = earlierCalls;
        fields.operation = earlierCalls;
        fields.kind = 0;
        fields.stream = 0;
        fields.type = 0;
        fields.bits = 0;
        fields.mode = 0;
        fields.log2Bucket = 0;
        fields.decisionHash = 0;
        codecNanos = 0;
        sentBytes = 0;
        sentMessages = 0;
    }

    /** Fills in what all further frames of the call say. */
    void decided(Call call, Decision decision) {
        fields.operation = decision.operation();
        fields.kind = call.operation().ordinal();
        fields.stream = call.options().stream();
        fields.type = call.type().ordinal();
        fields.bits = decision.codec().bits();
        fields.mode = decision.mode().ordinal();
        fields.log2Bucket = decision.codec().log2Bucket();
        fields.decisionHash = decision.hash();
    }

    /** Counts time spent on numbers. */
    void countCodec(long sinceNanos) {
        whole.codecNanos += System.nanoTime() - sinceNanos;
    }

    /** {@return nanoseconds of the call spent on numbers} */
    long codecNanos() {
        return codecNanos;
    }

    /** {@return bytes of the call that this rank has sent, to each rank that they went to} */
    long sentBytes() {
        return sentBytes;
    }

    /** {@return messages of the call that this rank has sent, to each rank that they went to} */
    long sentMessages() {
        return sentMessages;
    }

    /** {@return bytes of a message with this payload} */
    static long messageBytes(long payloadBytes) {
        return FrameHeader.BYTES + payloadBytes;
    }

    void send(Slot slot, int destination, int stage, int chunk, long elements, long payloadBytes) {
        write(slot, destination, stage, chunk, elements, payloadBytes);
        transport.send(
                slot.request(), members[destination], tag(stage, chunk), slot.buffer(), messageBytes(payloadBytes));
        count(1, messageBytes(payloadBytes));
    }

    /** Sends what only one rank gets under a header that says that all do: the receiver cannot know yet. */
    void sendAsToAll(Slot slot, int destination, int stage, long payloadBytes) {
        write(slot, FrameHeader.ALL_RANKS, stage, 0, 0, payloadBytes);
        transport.send(slot.request(), members[destination], tag(stage, 0), slot.buffer(), messageBytes(payloadBytes));
        count(1, messageBytes(payloadBytes));
    }

    void publish(Slot slot, int stage, int chunk, long elements, long payloadBytes) {
        write(slot, FrameHeader.ALL_RANKS, stage, chunk, elements, payloadBytes);
        long length = messageBytes(payloadBytes);
        if (others == null) {
            transport.publish(slot.request(), tag(stage, chunk), slot.buffer(), length);
        } else {
            transport.publish(slot.request(), others, tag(stage, chunk), slot.buffer(), length);
        }
        count(size() - 1, length);
    }

    /** Shows a record to all, on a board of all ranks. */
    void show(Board board, int stage, long payloadBytes) {
        expect(rank(), FrameHeader.ALL_RANKS, stage, 0, 0);
        FrameHeader.write(board.own(), fields, payloadBytes, checksumPayload, checksum);
        board.show(messageBytes(payloadBytes));
        count(size() - 1, messageBytes(payloadBytes));
    }

    /** Posts a message to several ranks, maybe none, in a channel of all. */
    void publish(Slot slot, int[] destinations, int stage, int chunk, long elements, long payloadBytes) {
        write(slot, FrameHeader.ALL_RANKS, stage, chunk, elements, payloadBytes);
        long length = messageBytes(payloadBytes);
        transport.publish(slot.request(), destinations, tag(stage, chunk), slot.buffer(), length);
        count(destinations.length, length);
    }

    /** Copies what is passed on. */
    void copy(MemorySegment from, long fromOffset, MemorySegment to, long toOffset, long bytes) {
        if (group.meter().spend(Work.COPY, bytes)) {
            MemorySegment.copy(from, fromOffset, to, toOffset, bytes);
            group.meter().done(Work.COPY, bytes);
        }
    }

    private void count(int copies, long bytes) {
        whole.sentBytes += copies * bytes;
        whole.sentMessages += copies;
    }

    /** Counts bytes that peers read here, or that this rank writes in theirs, without a message. */
    void countRead(long bytes) {
        whole.sentBytes += bytes;
        transport.inPlace().countRead(bytes);
    }

    void receive(Slot slot, int source, int stage, int chunk) {
        transport.receive(slot.request(), members[source], tag(stage, chunk), slot.buffer());
    }

    /**
     * Checks a message that has arrived.
     *
     * @param payloadBytes what it must hold, or -1 if only the sender knows
     * @return the message
     * @throws CorruptFrameException if anything differs, naming the sender
     */
    MemorySegment checked(
            Slot slot, int source, int destination, int stage, int chunk, long elements, long payloadBytes) {
        return checked(slot.request().message(), source, destination, stage, chunk, elements, payloadBytes);
    }

    /** Checks a message that has come in another's payload. */
    void checkedPart(MemorySegment part, int source, int destination, int stage, long payloadBytes) {
        checked(part, source, destination, stage, 0, 0, payloadBytes);
    }

    private MemorySegment checked(
            MemorySegment message,
            int source,
            int destination,
            int stage,
            int chunk,
            long elements,
            long payloadBytes) {
        if (!hasData()) {
            return message;
        }
        expect(source, destination, stage, chunk, elements);
        FrameDifference difference =
                FrameHeader.difference(message, fields, payloadBytes, checksumPayload, checksum, scratch);
        if (difference != null) {
            throw new CorruptFrameException(
                    "rank %d got a wrong message from rank %d (%s), operation %d, %s, chunk %d: %s; %s"
                            .formatted(
                                    group.rank(),
                                    members[source],
                                    transport.describe(members[source]),
                                    fields.operation,
                                    Stage.name(stage),
                                    chunk,
                                    difference.what(),
                                    difference.cause()));
        }
        return message;
    }

    private void write(Slot slot, int destination, int stage, int chunk, long elements, long payloadBytes) {
        if (hasData()) {
            expect(rank(), destination, stage, chunk, elements);
            FrameHeader.write(slot.buffer().segment(), fields, payloadBytes, checksumPayload, checksum);
        }
    }

    private void expect(int source, int destination, int stage, int chunk, long elements) {
        fields.source = members[source];
        fields.destination = destination == FrameHeader.ALL_RANKS ? destination : members[destination];
        fields.stage = stage;
        fields.chunk = chunk;
        fields.elementCount = elements;
    }

    private long tag(int stage, int chunk) {
        // Calls that are under way together are never so many that the lower bits of their numbers would be equal.
        long calls = (whole.call << GroupTransport.MESSAGE_BITS) & ((1L << GroupTransport.TAG_BITS) - 1);
        return calls | ((long) stage << CHUNK_BITS) | chunk;
    }
}
